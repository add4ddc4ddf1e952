/// When a training ends.
package enum TrainingEnd: Hashable, Sendable {
  /// After so many passes over the data.
  case epochs(Int)
  /// After so many updates.
  case steps(Int)
  /// At a condition, or after a time: the number of steps is not known before.
  case condition(EndCondition)

  /// A training whose end is not known is over after so many passes over the data, whatever it
  /// waits for.
  package static let openEpochs = 100

  /// What it waits for; nil when the number of steps is known.
  package var condition: EndCondition? {
    if case .condition(let condition) = self { condition } else { nil }
  }

  /// The longest it may become.
  package var length: TrainingLength {
    switch self {
    case .epochs(let count): .epochs(count)
    case .steps(let count): .steps(count)
    case .condition: .epochs(Self.openEpochs)
    }
  }

  /// Fits the learning rate of a plan to this end.
  ///
  /// Without a known end nothing can fall towards it: the rate stays, after a warm-up that is a
  /// share of the first epoch.
  package func adjust(_ plan: inout TrainingPlan) {
    guard condition != nil else { return }
    plan.schedule = .constant
    plan.warmup /= Double(Self.openEpochs)
  }
}

/// What a training waits for.
package enum EndCondition: Hashable, Sendable {
  /// No improvement of the metric in so many measurements.
  case stalls(TrainingMetric, checks: Int)
  /// The metric is on one side of a number.
  case comparison(TrainingMetric, Comparison, Double)
  /// So many seconds have passed.
  case elapsed(Double)

  /// The metric it watches; nil for a time.
  package var metric: TrainingMetric? {
    switch self {
    case .stalls(let metric, _), .comparison(let metric, _, _): metric
    case .elapsed: nil
    }
  }
}

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

/// The sides of a number.
package enum Comparison: String, Sendable {
  /// Below it.
  case less = "<"
  /// Below it, or equal.
  case lessOrEqual = "<="
  /// Above it.
  case greater = ">"
  /// Above it, or equal.
  case greaterOrEqual = ">="

  /// Whether `left` is on this side of `right`.
  func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}
