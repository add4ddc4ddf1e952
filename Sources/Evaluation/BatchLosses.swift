package import Autograd
package import Datasets
package import Models
package import Tensors

extension DecoderModel {
  /// Runs examples packed one behind the other, and the loss of their trained tokens.
  ///
  /// A recording tape also gets the gradient of `factor` · the sum of the losses.
  package func losses(
    of examples: ArraySlice<EncodedExample>, on tape: Tape, dropout: DropoutStream? = nil,
    factor: Float
  ) -> RowLosses {
    let batch = PackedBatch(examples)
    let layout = SequenceLayout(lengths: batch.sequences.map { Int($0.count) })
    let pass = ForwardPass(tape: tape, layout: layout, dropout: dropout)
    return tape.linearCrossEntropy(
      hidden(batch.inputs, pass), weight: head, rows: batch.trainedIndices,
      labels: batch.trainedLabels, factor: factor, softCap: logitSoftCap)
  }
}
