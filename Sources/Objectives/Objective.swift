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

  /// How many rows of logits a row needs, which are what its losses cost.
  func logitCount(of example: EncodedExample) -> Int

  /// Runs rows packed one after the other, and returns their losses in the rows' order:
  /// ``lossCount(of:)`` of each.
  ///
  /// A recording tape also gets the gradient of `factor` · the sum of the losses. `dropout` is that of
  /// the adapters; nil outside training.
  func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream?, factor: Float
  ) -> RowLosses

  /// Whether losses go through the model's head: where they do not, no training changes it.
  var readsHead: Bool { get }

  /// Whether a step should have no text twice, in one row or in several, where the rows allow that.
  var keepsTextsApart: Bool { get }

  /// Whether what rows begin with alike is computed once for all of them; then the rows of a group have to
  /// be given together.
  var sharesPrefixes: Bool { get }

  /// Returns the objective with that as it is wanted, where it can share beginnings at all.
  func sharingPrefixes(_ isWanted: Bool) -> any Objective

  /// Whether it compares with the model as it was before training, by ``EncodedExample/reference``.
  var needsReference: Bool { get }

  /// Returns rows with what the model gives them before it is trained; they are as they were where the
  /// objective compares with nothing, and unfinished after a stop.
  func referred(_ examples: [EncodedExample], by measuring: Measuring) -> [EncodedExample]

  /// Returns the losses of a row by the very model that it was referred to, which its references tell; nil
  /// where the model has to be run.
  func losses(ofReferred example: EncodedExample) -> RowLosses?

  /// Returns the objective with what the losses of one row need to know of all rows of a step, or of an
  /// evaluation, however these are cut.
  func readied(for examples: [EncodedExample], by measuring: Measuring) -> any Objective
}

/// An objective that reads a row's beginning as it is in any other row, and so can share it.
package protocol SharingObjective: Objective {
  /// Whether it does; settable, as nothing else of it depends on that.
  var sharesPrefixes: Bool { get set }
}

extension SharingObjective {
  package func sharingPrefixes(_ isWanted: Bool) -> any Objective {
    var objective = self
    objective.sharesPrefixes = isWanted
    return objective
  }
}

extension Objective {
  package func logitCount(of example: EncodedExample) -> Int { lossCount(of: example) }

  package var readsHead: Bool { true }

  package var keepsTextsApart: Bool { false }

  package var sharesPrefixes: Bool { false }

  package func sharingPrefixes(_ isWanted: Bool) -> any Objective { self }

  package var needsReference: Bool { false }

  package func referred(
    _ examples: [EncodedExample], by measuring: Measuring
  ) -> [EncodedExample] { examples }

  package func losses(ofReferred example: EncodedExample) -> RowLosses? { nil }

  package func readied(
    for examples: [EncodedExample], by measuring: Measuring
  ) -> any Objective { self }
}
