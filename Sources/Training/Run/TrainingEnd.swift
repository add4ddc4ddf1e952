/// When a training ends.
package enum TrainingEnd: Hashable, Sendable {
  /// After this number of passes over the data.
  case epochs(Int)
  /// After this number of updates.
  case steps(Int)
  /// At a condition, or after a time: the number of steps is not known before.
  case condition(EndCondition)

  /// The passes over the data after which a training ends whose condition was never met.
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
