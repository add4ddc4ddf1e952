import Language
import Reporting
import Session
import SettingDeclarations
import Training

extension Session {
  /// What goes wrong with going on, going back and branches, as a diagnostic of a call.
  func explainedSteering(_ error: SessionError, _ call: Call) -> Diagnostic {
    switch error {
    case .notSteerable(let settings):
      let steerable = SteeringChange.settings.map(\.name)
      return Diagnostic(
        code: .notSteerable,
        "a training that goes on cannot take other settings than \(Wording.list(steerable)): "
          + settings.joined(separator: ", "),
        hints: [.help("set them back, or begin anew with `train`")])
    case .stepAhead(let step, let last):
      return Diagnostic(
        code: .stepAhead, "the last training took \(Wording.count(last, "step")), not \(step).",
        at: call.label("step"), hints: [.type("rewind \(last)"), .type("resume")])
    case .noStepLeft(let count):
      return Diagnostic(
        code: .nothingToResume,
        "nothing is left to do: all \(Wording.count(count, "step")) are taken.",
        hints: [
          .type("train 1 epoch", remark: "begins another training from here"),
          .help("`rewind` goes back to a step of this one"),
        ])
    case .neverMeasured:
      return Diagnostic(
        code: .stepAhead,
        "the last training measured nothing on dev, so that none of its steps is best.",
        hints: [.help("`split` keeps rows for dev; `set evaluate 10` measures them each 10 steps")])
    case .noBranch(let name, let known):
      return Diagnostic(
        code: .noBranch, "no branch is called `\(name)`; there is \(Wording.list(known)).",
        hints: [.type("branch \(name)")])
    default:
      return Diagnostic(
        code: .noTraining, "nothing is kept of a training of what the model is now.",
        hints: [.type("train 3 epochs pause at 20")])
    }
  }
}

extension SteeringChange {
  /// What is told of changes.
  static func text(of changes: [SteeringChange]) -> String {
    let steps = Dictionary(grouping: changes, by: \.step).sorted { $0.key < $1.key }
    return steps.map { step, changes in
      let values = changes.map { "\($0.name) \($0.value.text)" }.joined(separator: ", ")
      return "after step \(step): \(values)"
    }.joined(separator: "; ")
  }
}
