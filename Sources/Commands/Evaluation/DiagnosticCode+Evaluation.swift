import Reporting

/// Codes of the commands that measure.
extension DiagnosticCode {
  static let nothingTrained = DiagnosticCode(
    "T402", "nothing was trained",
    "Base and tuned are the same until something was trained or an adapter was loaded.")

  static let noHead = DiagnosticCode(
    "D257", "no head for these labels",
    "`set objective classify` has a layer of the model, its head, choose one of the labels that rows "
      + "have. `train` gives the model a head for the labels of the data, and a folder of a classifier "
      + "has one for its own. Until then there is nothing to measure.")

  static let noLabels = DiagnosticCode(
    "D251", "not rows with labels",
    "`eval … by label` makes the model choose one of the labels that the rows have. That takes "
      + "rows whose answers come from a small set, such as a CSV file with the columns `text` and "
      + "`label`. What is written freely is measured by `eval` alone, and seen by `compare`.")
}
