import Reporting
import Session
import Training

extension TrainingHarm {
  /// What to say of a training that made the model worse.
  var diagnostic: Diagnostic {
    switch self {
    case .notNumbers(let error):
      var damage = Diagnostic(error)
      damage.severity = .note
      return damage
    case .worse(let losses, let rate, let suitableRate):
      return Diagnostic(
        .note, code: .worseModel,
        "this training made the model worse: on its first rows the loss was "
          + "\(Quantity(losses.before, .loss).text), and is \(Quantity(losses.after, .loss).text) now.",
        hints: [.type("reset"), Self.slowerRate(than: rate, suitable: suitableRate)])
    }
  }

  /// The rate that suits the model, or a tenth of one that is no larger.
  private static func slowerRate(than rate: Double, suitable: Double) -> Diagnostic.Hint {
    guard suitable < rate else {
      return .type("set lr \(Wording.digits(rate / 10))", remark: "then train again")
    }
    return .type(
      "set lr auto",
      remark: "\(Wording.digits(suitable)) for this model; then train again")
  }
}
