package import Autograd
import Checkpoints
import Tensors

extension Transformer {
  /// Computes the scores of the labels of the model's head, before any softmax: a row a text, or a row
  /// a token where each has a label of its own.
  ///
  /// The caller knows that the head chooses labels, and that no text is empty.
  package func labelScores(_ texts: [[Int32]]) -> [[Float]] {
    guard case .labels = blueprint.head.task else { return [] }
    return labelScores(texts, on: Tape(arena: Arena(device), isRecording: false)).value.eachRow
  }

  /// Computes the scores of the labels, `[M, V]`, on a tape; `dropout` is that of an adapter.
  package func labelScores(
    _ texts: [[Int32]], on tape: Tape, dropout: DropoutStream? = nil
  ) -> Variable {
    guard case .labels(let task) = blueprint.head.task else {
      preconditionFailure("the head chooses no labels")
    }
    let layout = SequenceLayout(lengths: texts.map(\.count))
    let pass = ForwardPass(tape: tape, layout: layout, dropout: dropout)
    let states = states(texts.flatMap(\.self), pass)
    guard let places = task.reading.places(in: layout) else {
      return head.scores(head.prepared(states, pass), on: tape)
    }
    let read =
      task.reading == .mean
      ? tape.means(
        of: states,
        layout.sequences.map { $0.queryStart..<$0.queryStart + $0.queryCount })
      : tape.rows(of: states, places)
    // A layer of the head meets a row a text: what it drops is that of the row's token.
    let headPass = ForwardPass(
      tape: tape, layout: SequenceLayout(lengths: texts.map { _ in 1 }),
      dropout: dropout?.ofRows(places))
    return head.scores(head.prepared(read, headPass), on: tape)
  }
}

extension LabelTask.Reading {
  /// A token of each text that the head's row is of; nil where every token has its own.
  fileprivate func places(in layout: SequenceLayout) -> [Int32]? {
    switch self {
    case .eachToken: nil
    case .firstToken, .mean: layout.sequences.map { Int32($0.queryStart) }
    case .lastToken: layout.sequences.map { Int32($0.queryStart + $0.queryCount - 1) }
    }
  }
}
