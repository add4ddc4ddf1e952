import Reporting

/// Codes of the commands that train.
extension DiagnosticCode {
  static let nothingToStop = DiagnosticCode(
    "T404", "nothing to stop",
    "`stop` stands in the block of a training, and ends that training.")

  static let notInTrainingBlock = DiagnosticCode(
    "T405", "the block of a training cannot do that",
    "While the block of `train … each epoch { … }` runs, the training holds the model and has "
      + "made its plan from the settings. Measuring, sampling, printing and saving are fine; "
      + "`set lr` and a few more settings of the steps count from the next one on; `with` sets something "
      + "for commands in the block.")

  static let worseModel = DiagnosticCode(
    "T502", "training that made the model worse",
    "The rows of the first step are measured once more at the end, when the loss is above the "
      + "first one: trained on, they should surprise the model less than before. They do not, "
      + "mostly because of a learning rate far too high. `reset` goes back to base; then train "
      + "with a smaller one.")

  static let lossJump = DiagnosticCode(
    "T504", "a loss that jumped",
    "The loss of one step was ten times the median of the twenty before it, and a nat more. Mostly a row "
      + "of that batch is not what it should be: another language, a file pasted into an answer, "
      + "noise. The training goes on. When it does not find back, Ctrl-C and `rewind` to the step "
      + "before; `drop` leaves rows out of the next training.")

  static let nothingToResume = DiagnosticCode(
    "R903", "nothing to go on with",
    "`resume` goes on with the training that was stopped or paused in this session, or with one that kept "
      + "its state in a folder, as `train 3 epochs checkpoint \"out/run\"` does.")
}
