/// What the caller of a training does in its midst, such as a script's `each epoch { … }`.
package struct TrainingHook {
  /// What is to come after the hook.
  package enum Verdict: Sendable {
    /// The next step.
    case goesOn
    /// The end, as the hook wants it.
    case ends
    /// A pause: its caller may have it go on, with settings changed.
    case pauses
    /// The end, as a stop was asked for while the hook ran.
    case interrupted
  }

  /// Steps from one run of the hook to the next; nil for each epoch.
  package let interval: Int?
  /// What is done; an error ends the training.
  package let body: nonisolated(nonsending) (TrainingState) async throws -> Verdict
  /// Tells all that it goes by and may change, beside the training; nil where that cannot be told.
  ///
  /// Equal before and after the training, it need not run for the same training to be repeated.
  package var surroundings: (@Sendable () -> String)?

  /// Makes a hook that runs each `interval` steps, or, with nil, after each epoch.
  package init(
    every interval: Int?,
    _ body: nonisolated(nonsending) @escaping (TrainingState) async throws -> Verdict
  ) {
    self.interval = interval
    self.body = body
  }

  /// Whether it runs after this step.
  func isDue(step: Int, stepsPerEpoch: Int) -> Bool { step % (interval ?? stepsPerEpoch) == 0 }
}

/// Where a training is, between two steps.
package struct TrainingState: Sendable {
  /// What the training did so far.
  package let summary: RunSummary
  /// Passes over the data, with the fraction of the one at hand.
  package let epoch: Double
  /// The mean loss of the last ten steps, or of fewer at the beginning.
  package let loss: Double
  /// What was measured on dev last; nil before the first measurement.
  package var evaluation: DevEvaluation? { summary.evaluations.last }
}
