import Reporting
import Session

extension Diagnostic {
  /// The error for what a model computes when that is no number: which weight is the reason, and
  /// the way back.
  init(_ error: NotNumbers) {
    let reason =
      if let weight = error.weight {
        "`\(weight.tensor)` of \(error.model) holds \(weight.value) at \(weight.index)."
      } else {
        "the weights of \(error.model) are numbers, and so large that sums of them are not."
      }
    let hints: [Hint] =
      error.isTuned
      ? [.type("reset", remark: "back to the model as loaded; then train with a smaller rate")]
      : [.help("the file of the weights is damaged, or was written by a training that diverged")]
    self.init(code: "T503", "\(error.computed.rawValue) is not a number: \(reason)", hints: hints)
  }
}
