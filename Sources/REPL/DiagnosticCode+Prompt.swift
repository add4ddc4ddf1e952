package import Reporting

extension DiagnosticCode {
  /// Every code of the prompt; each stands beside what throws it.
  package static let ofPrompt: [DiagnosticCode] = [
    .unknownPromptCommand, .noSuchCell, .fileIsThere, .nothingToSave, .noEditing, .noLesson,
  ]
}
