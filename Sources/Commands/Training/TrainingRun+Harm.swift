import Checkpoints
import Evaluation
import Language
import Models
import Reporting
import Session
import Training

extension TrainingRun {
  /// What to say of a training that made the model worse; nil when it did not, or was stopped.
  ///
  /// The loss of the first step is from before any change; the same rows are measured once more, so
  /// that neither easy rows nor few can mislead. That costs a third of a step, and is done only when
  /// the last steps are above the first.
  func harm(in session: isolated Session) -> Diagnostic? {
    if let model = session.model, !model.isTrainedToNumbers {
      var damage = Diagnostic.notNumbers("what the model computes now", from: model)
      damage.severity = .note
      return damage
    }
    guard let first = trainer.losses.first, meanLoss > Double(first),
      !session.stop.isRequested,
      let now = Evaluator.loss(
        of: trainer.model, on: trainer.firstExamples,
        microbatchTokens: trainer.plan.microbatchTokens, arena: trainer.arena,
        isCancelled: { session.stop.isRequested }),
      now.loss > Double(first) * Self.dropoutMargin
    else { return nil }
    return Diagnostic(
      .note, code: .worseModel,
      "this training made the model worse: on its first rows the loss was "
        + "\(Quantity(Double(first), .loss).text), and is \(Quantity(now.loss, .loss).text) now.",
      hints: [.type("reset"), slowerRate(session.settings)])
  }

  /// What dropout alone may make of a loss.
  private static let dropoutMargin = 1.02

  /// The rate that suits the model, or a tenth of one that is no larger.
  private func slowerRate(_ settings: Settings) -> Diagnostic.Hint {
    let rate = trainer.plan.learningRate
    var automatic = settings
    automatic.clear("lr")
    let suitable = automatic.trainingPlan(
      length: .steps(1), hiddenSize: trainer.model.config.hiddenSize
    ).learningRate
    guard suitable < rate else {
      return .type("set lr \(Wording.digits(rate / 10))", remark: "then train again")
    }
    return .type(
      "set lr auto",
      remark: "\(Wording.digits(suitable)) for this model; then train again")
  }
}
