import Evaluation
import Execution

/// The loss of the rows of a training's first step, before it and after it.
package struct LossRise: Hashable, Sendable {
  /// In nats per trained token.
  package let before: Double
  /// In nats per trained token.
  package let after: Double
}

extension TrainingRun {
  /// What dropout alone may make of a loss.
  private static let dropoutMargin = 1.02

  /// How much worse the training made the model on its first rows; nil when it did not.
  ///
  /// The loss of the first step is from before any change; the same rows are measured once more, so
  /// that neither easy rows nor few can mislead. That costs a third of a step, and is done only when
  /// the last steps are above the first.
  package func lossRise() -> LossRise? {
    guard let first = trainer.losses.first, meanLoss > Double(first), !stop.isRequested,
      let now = Evaluator.loss(
        of: trainer.model, on: trainer.firstExamples, by: trainer.objective,
        microbatchTokens: trainer.plan.microbatchTokens, arena: trainer.arena, stop: stop),
      now.loss > Double(first) * Self.dropoutMargin
    else { return nil }
    return LossRise(before: Double(first), after: now.loss)
  }
}
