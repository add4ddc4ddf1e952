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

  static let noAnswers = DiagnosticCode(
    "D252", "rows without answers",
    "Measures such as BLEU and exact match compare what the model writes with what the rows want. "
      + "Plain text has no answers; it is measured by its losses: `loss`, `perplexity`, "
      + "`token_accuracy`, `bits_per_byte`.")

  static let noGroups = DiagnosticCode(
    "D253", "rows cannot be grouped so",
    "`eval … by KEY` divides rows by what stands under a key or column of their file that is not read "
      + "as text or answer: a topic, a language, a source. Short texts, whole numbers, true and false "
      + "are kept of rows, and up to 50 different values make groups. `eval … by length` divides any "
      + "rows by their number of tokens.")

  static let noLabels = DiagnosticCode(
    "D251", "not rows with labels",
    "`eval … by label` makes the model choose one of the labels that the rows have. That takes "
      + "rows whose answers come from a small set, such as a CSV file with the columns `text` and "
      + "`label`. What is written freely is measured by `eval` alone, and seen by `compare`.")
}
