import Autograd
import Checkpoints
import Tensors

extension Transformer {
  /// Computes the scores of the labels of the model's head, before any softmax: a row a text, or a row
  /// a token where each has a label of its own.
  ///
  /// The caller knows that the head chooses labels, and that no text is empty.
  package func labelScores(_ texts: [[Int32]]) -> [[Float]] {
    guard case .labels(let task) = blueprint.head.task else { return [] }
    let arena = Arena(device)
    let layout = SequenceLayout(lengths: texts.map(\.count))
    let pass = ForwardPass(tape: Tape(arena: arena, isRecording: false), layout: layout)
    let read = read(states(texts.flatMap(\.self), pass).value, layout, task.reading)
    let prepared = head.prepared(Variable(read, needsGradient: false), pass)
    let scores = logits(prepared, rows: Array(0..<read.rows), in: arena)
    return (0..<scores.rows).map { scores.rows($0..<$0 + 1).values }
  }

  /// What of the states the head is given.
  private func read(
    _ states: Tensor, _ layout: SequenceLayout, _ reading: LabelTask.Reading
  ) -> Tensor {
    guard reading != .eachToken else { return states }
    let numbers = states.values
    let rows = layout.sequences.flatMap { stretch in
      TokenRows(
        numbers: numbers, width: states.columns, first: stretch.queryStart, skipped: 0,
        count: stretch.queryCount
      ).pooled(reading == .mean ? .mean : .first)
    }
    return Tensor(rows, shape: [layout.sequences.count, states.columns], on: device)
  }
}
