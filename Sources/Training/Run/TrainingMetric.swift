import Mathematics

/// What a training may wait for.
package enum TrainingMetric: String, CaseIterable, Sendable {
  /// The loss on dev, in nats per trained token.
  case devLoss = "dev.loss"
  /// The exponential of the loss on dev.
  case devPerplexity = "dev.perplexity"
  /// The share of dev's tokens that were the likeliest; of preferences, those that are met.
  case devAccuracy = "dev.accuracy"
  /// How far better answers are ahead on dev, where rows have preferences.
  case devMargin = "dev.margin"
  /// The loss of the last steps of training.
  case loss

  /// Whether it is measured on dev.
  package var isOfDev: Bool { self != .loss }

  /// Whether more of it is better.
  private var isHigherBetter: Bool { self == .devAccuracy || self == .devMargin }

  /// Whether one value of it is better than another.
  func isBetter(_ value: Double, _ other: Double) -> Bool {
    isHigherBetter ? value > other : value < other
  }

  /// Its value in a measurement of dev; of one that is not measured there, the loss on dev.
  func value(in evaluation: DevEvaluation) -> Double {
    switch self {
    case .devLoss, .loss: Double(evaluation.loss)
    case .devPerplexity: exponential(Double(evaluation.loss))
    case .devAccuracy: Double(evaluation.accuracy)
    case .devMargin: Double(evaluation.margin ?? 0)
    }
  }
}
