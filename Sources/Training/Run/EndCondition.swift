/// What a training waits for.
package enum EndCondition: Hashable, Sendable {
  /// The metric did not improve in the last `checks` measurements.
  case stalls(TrainingMetric, checks: Int)
  /// The metric is on one side of a number.
  case comparison(TrainingMetric, Comparison, Double)
  /// This number of seconds has passed.
  case elapsed(Double)

  /// The metric it watches; nil for a time.
  package var metric: TrainingMetric? {
    switch self {
    case .stalls(let metric, _), .comparison(let metric, _, _): metric
    case .elapsed: nil
    }
  }

  /// Whether a clock decides.
  package var isOfTime: Bool {
    if case .elapsed = self { true } else { false }
  }
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
