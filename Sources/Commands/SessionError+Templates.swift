import Datasets
import Language
import Reporting
import Session

/// Errors of chat templates, and of rows that lack one.
extension Session {
  /// What settings end with whose template cannot be used, whatever command they are of.
  func explainedTemplate(_ error: SessionError) -> any Error {
    switch error {
    case .unknownTemplate(let name, let own, let model):
      Diagnostic(
        code: .settingOutOfRange,
        "`\(name)` is no chat template of ours, nor of \(model)"
          + (own.isEmpty ? "." : ", which has \(own.map { "`\($0)`" }.joined(separator: ", "))."),
        hints: [.type("set template \(own.first.map { "\"\($0)\"" } ?? "own")")])
    case .templateFile(let path):
      Diagnostic(
        code: .settingOutOfRange, "there is no chat template to read at \(path).",
        hints: [.type("set template own")])
    case .model(let error): Diagnostic(error)
    default: error
    }
  }

  /// Why rows cannot be used; the templates that would do, where one is missing.
  func explained(_ error: DatasetError, of part: String) -> Diagnostic {
    var diagnostic = Diagnostic(error, of: part)
    if case .noChatTemplate = error, let model { diagnostic.hints += templates(for: model) }
    return diagnostic
  }

  /// The templates that a model without one may take: its own that have names, or those of ours, the
  /// ones it knows the tokens of first.
  private func templates(for model: LoadedModel) -> [Diagnostic.Hint] {
    let own = model.templateNames
    guard own.isEmpty else {
      return own.map { .type("set template \"\($0)\"", remark: "one of the model's own") }
    }
    return BuiltInTemplate.all.filter { $0.missingTokens(model.tokenizer).isEmpty }.map {
      .type("set template \($0.name)", remark: $0.about)
    }
  }
}
