/// What a training may wait for.
package enum TrainingMetric: String, CaseIterable, Sendable {
  /// The loss on dev, in nats per trained token.
  case devLoss = "dev.loss"
  /// The exponential of the loss on dev.
  case devPerplexity = "dev.perplexity"
  /// The share of dev's tokens that were the likeliest.
  case devAccuracy = "dev.accuracy"
  /// The loss of the last steps of training.
  case loss

  /// Whether it is measured on dev.
  package var isOfDev: Bool { self != .loss }
}
