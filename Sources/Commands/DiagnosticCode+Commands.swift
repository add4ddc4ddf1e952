package import Reporting

extension DiagnosticCode {
  /// Every code that a command alone has; each stands beside what throws it.
  package static let ofCommands: [DiagnosticCode] = [
    .noLabels, .missingNeed, .noHelp, .nothingToDraw, .noTrainingToDraw, .notAModelFolder,
    .noAdapter, .adapterNamedTwice, .roundedWeights, .lessonOutsidePrompt, .nothingToResume,
    .unfitShape,
    .promptTooLong, .nothingToChooseFrom, .nothingTrained, .nothingToStop, .notInTrainingBlock,
    .worseModel,
  ]
}
