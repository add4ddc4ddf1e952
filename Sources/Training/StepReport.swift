/// One step of training.
package struct StepReport: Hashable, Sendable {
  /// Steps finished, this one included.
  package let step: Int
  /// Steps of the whole training.
  package let stepCount: Int
  /// Passes over the data finished, with the fraction of the one at hand.
  package let epoch: Double
  /// Mean loss per trained token of the step, in nats, before the update.
  package let loss: Double
  /// The share of trained tokens held the likeliest, before the update.
  package let accuracy: Double
  /// The norm of the gradient before clipping.
  package let gradientNorm: Double
  /// The rate that the step was taken with.
  package let learningRate: Double
  /// Tokens computed in this step, trained or not.
  package let tokenCount: Int
  /// Tokens that carried loss.
  package let trainedTokenCount: Int
}
