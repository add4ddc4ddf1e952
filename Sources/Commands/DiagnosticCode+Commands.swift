package import Reporting

extension DiagnosticCode {
  /// Every code that a command alone has; each stands beside what throws it.
  package static let ofCommands: [DiagnosticCode] = [
    .badTemplate, .noLabels, .noHead, .noAnswers, .noGroups, .missingNeed, .noHelp, .nothingToDraw,
    .noTrainingToDraw,
    .notAModelFolder,
    .noAdapter, .adapterNamedTwice, .roundedWeights, .replayDiffers, .fileName, .exportName,
    .noFormForDoRA, .lessonOutsidePrompt, .chatOutsidePrompt, .nothingToResume, .unfitShape,
    .promptTooLong, .nothingToChooseFrom, .nothingToEmbed, .nothingSaid, .schemaNotHeld,
    .nothingTrained,
    .nothingToStop, .nothingToPause, .untrusted, .notSteerable, .noTraining, .stepAhead, .noBranch,
    .notInTrainingBlock, .worseModel, .lossJump, .unsuitedRows, .failedJob, .unfinishedJob,
    .noService,
    .unknownTableFormat, .noSuchLine, .nothingToUndo,
    .heldOutRowsInTrain, .contradictingLabels, .truncatedAnswers, .endsNotTaught, .begunTwice,
    .unlikeRows,
  ]
}
