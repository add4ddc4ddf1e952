import Reporting

/// Codes of going on with a training, going back in it, and branches.
extension DiagnosticCode {
  static let nothingToPause = DiagnosticCode(
    "T406", "nothing to pause",
    "`pause` stands in the block of a training. At the prompt Ctrl-C stops a training after its step, and "
      + "`resume` goes on.")

  static let notSteerable = DiagnosticCode(
    "T407", "a setting that a training under way cannot change",
    "The learning rate, its schedule, clipping, decay and the optimizer's memories count step by step. "
      + "All else is part of what was made when the training began: its rows, its batches, the shape of "
      + "its adapter.")

  static let noTraining = DiagnosticCode(
    "R905", "no training to go on with, or back in",
    "A session keeps its last training, until another begins, another model is loaded, or the model goes "
      + "back to base. One that is over and large is not kept either.")

  static let stepAhead = DiagnosticCode(
    "R906", "a step that was not taken",
    "`rewind` goes to a step that the last training took; `resume` takes the ones after it.")

  static let noBranch = DiagnosticCode(
    "R907", "no branch of that name",
    "`branch` lists what there is; `branch hot` makes one of what the model is now.")
}
