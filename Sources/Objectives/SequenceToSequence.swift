package import Autograd
package import Datasets
package import Models
package import Tensors

/// Cross-entropy of each token of an answer that one half of a model writes to the prompt that the
/// other half reads: one loss a token, in nats.
package struct SequenceToSequence: Objective {
  package init() {}

  package func lossCount(of example: EncodedExample) -> Int { example.trainedCount }

  package func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream? = nil, factor: Float
  ) -> RowLosses {
    let (batch, rows) = (PackedBatch(examples), Rows(examples))
    let prompts = model.read(
      examples.map(\.prompt), on: tape, dropout: dropout?.ofRows(rows.read))
    guard let prompts else { preconditionFailure("no half of the model reads prompts") }
    let pass = ForwardPass(
      tape: tape, layout: SequenceLayout(batch.tokens),
      dropout: dropout?.ofRows(rows.written), prompts: [prompts])
    return model.head.losses(
      model.hidden(batch.inputs, pass), rows: batch.trainedIndices, labels: batch.trainedLabels,
      factor: factor, on: tape)
  }

  /// The places in a batch of what each half computes: each row has its prompt and then its answer, so
  /// that they do not depend on which rows are beside it.
  private struct Rows {
    var read: [Int32] = []
    var written: [Int32] = []

    init(_ examples: ArraySlice<EncodedExample>) {
      var next: Int32 = 0
      for example in examples {
        let (end, middle) = (
          next + Int32(example.computedCount), next + Int32(example.prompt.count)
        )
        read += next..<middle
        written += middle..<end
        next = end
      }
    }
  }
}
