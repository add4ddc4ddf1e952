package import Autograd
package import Datasets
package import Models
package import Tensors

/// Cross-entropy of each trained token, given those before it: one loss a token, in nats.
package struct NextToken: SharingObjective {
  package var sharesPrefixes = false

  package init() {}

  package func lossCount(of example: EncodedExample) -> Int { example.trainedCount }

  package func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream? = nil, factor: Float
  ) -> RowLosses {
    let batch = PackedBatch(examples, sharing: sharesPrefixes)
    let pass = ForwardPass(tape: tape, layout: SequenceLayout(batch.tokens), dropout: dropout)
    return model.head.losses(
      model.hidden(batch.inputs, pass), rows: batch.trainedIndices, labels: batch.trainedLabels,
      factor: factor, on: tape)
  }
}
