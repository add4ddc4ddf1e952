package import Evaluation

/// What a training tells on its way, in this order.
package enum TrainingEvent: Sendable {
  /// The latest states of its folder are damaged, or were never finished; one before is taken.
  case skippedStates(ofSteps: [Int])
  /// It is a training of its own that begins from another's state; what differs, by name.
  case changed([String])
  /// It goes on after steps that an earlier process took.
  case continued(step: Int, of: Int)
  /// Settings have other values from its next step on.
  case steered([SteeringChange])
  /// It is about to begin.
  case began(TrainingOutline)
  /// It has nothing to do, since its hook had ended it in an earlier process.
  case hadBeenEnded
  /// A step was taken.
  case stepped(TrainingProgress)
  /// The loss of the step that was taken stands far above those before it.
  case jumped(LossJump)
  /// Dev was measured after a step.
  case devMeasured(DevEvaluation, LossReport)
  /// Its state was written.
  case saved(step: Int)
  /// It ended by an error, which is thrown next.
  case failed(RunSummary, any Error)
  /// It ended, and the weights are those it keeps.
  case ended(TrainingOutcome)
}

/// What a training is about to do.
package struct TrainingOutline: Sendable {
  /// Its hyper-parameters.
  package let plan: TrainingPlan
  /// When it ends.
  package let end: TrainingEnd
  /// Its steps, or the most there may be.
  package let stepCount: Int
  /// How many of them were taken by earlier processes.
  package let finishedSteps: Int
  /// How many numbers are trained.
  package let parameterCount: Int
  /// What it takes at its peak.
  package let memory: MemoryPlan
}

/// How far a training is after a step.
package struct TrainingProgress: Sendable {
  /// The step.
  package let report: StepReport
  /// Steps an epoch.
  package let stepsPerEpoch: Int
  /// Whether the number of steps is not known before.
  package let isOpen: Bool
  /// The share done, in `0...1`.
  package let fraction: Double
  /// The loss smoothed over about ten steps, for reading.
  package let smoothedLoss: Double
  /// Twelve points of the loss so far, each the mean of a stretch.
  package let curve: [Double]
  /// The last loss on dev; nil before the first.
  package let devLoss: Double?
  /// Tokens that this process computed.
  package let tokenCount: Int
  /// Seconds since this process began with it.
  package let seconds: Double
  /// The seconds left; nil when nothing can tell.
  package let secondsLeft: Double?
}

/// How a training ended.
package struct TrainingOutcome: Sendable {
  /// What was done, and why it ended.
  package let summary: RunSummary
  /// What it had waited for; nil when the number of steps was known.
  package let condition: EndCondition?
  /// The mean loss of the last epoch, or of a tenth of the steps when that is less.
  package let loss: Double
  /// Tokens computed, by earlier processes too.
  package let tokenCount: Int
  /// Seconds taken, by earlier processes too.
  package let seconds: Double
  /// The seconds that this process took; 0 when the training was over before.
  package let ownSeconds: Double
  /// The measurement whose weights were put back; nil when the last weights stay.
  package let restored: DevEvaluation?

  /// The step whose weights are kept.
  package var keptStep: Int { restored?.step ?? summary.stepCount }

  /// The measurement of the weights kept; nil when there is none.
  ///
  /// A training that was stopped keeps the weights of that moment, and a measurement counts only
  /// when it was made on these.
  package var keptEvaluation: DevEvaluation? {
    let kept = restored ?? summary.evaluations.last
    return kept.flatMap { isOver || $0.step == summary.stepCount ? $0 : nil }
  }

  /// Whether it came to an end of its own, and was neither stopped nor paused.
  package var isOver: Bool { summary.ending != .stopped && summary.ending != .paused }
}
