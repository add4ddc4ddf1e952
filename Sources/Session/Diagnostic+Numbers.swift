import Checkpoints
package import Reporting

extension Diagnostic {
  /// The error for what a model computes when that is no number: which weight is the reason, and
  /// the way back.
  package static func notNumbers(_ what: String, from model: LoadedModel) -> Diagnostic {
    let reason =
      if let weight = model.firstNotFinite {
        "`\(weight.tensor)` of \(model.name) holds \(weight.value) at \(weight.index)."
      } else {
        "the weights of \(model.name) are numbers, and so large that sums of them are not."
      }
    let hints: [Hint] =
      model.isTuned
      ? [.type("reset", remark: "back to the model as loaded; then train with a smaller rate")]
      : [.help("the file of the weights is damaged, or was written by a training that diverged")]
    return Diagnostic(code: .notANumber, "\(what) is not a number: \(reason)", hints: hints)
  }
}
