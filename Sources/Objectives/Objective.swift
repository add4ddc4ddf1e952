package import Autograd
package import Datasets
package import Models
package import Tensors

/// What a training teaches: the loss of rows, and how much each row counts.
///
/// Evaluation measures by the objective that trained, so that a loss is the same number in both.
package protocol Objective: Sendable {
  /// How many losses a row has: its share in a step's mean, and in an evaluation's. A row of 0
  /// teaches nothing, and takes no part.
  func lossCount(of example: EncodedExample) -> Int

  /// Runs rows packed one after the other, and returns their losses in the rows' order:
  /// ``lossCount(of:)`` of each.
  ///
  /// A recording tape also gets the gradient of `factor` · the sum of the losses. `dropout` is that of
  /// the adapters; nil outside training.
  func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream?, factor: Float
  ) -> RowLosses
}
