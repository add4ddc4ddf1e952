import Notebook
package import Reporting

/// An entry that begins with a colon: for the front, not for the session.
enum KernelWord {
  /// `:clear`: takes back what the cell has shown.
  case clear
  /// One that belongs to ft's own prompt, where no notebook is around it; what to do instead.
  case other(Diagnostic)

  static let clearName = ":clear"

  /// - Returns: nil for an entry of the session.
  init?(_ entry: String) {
    let words = entry.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let first = words.first, first.hasPrefix(":") else { return nil }
    guard first != Self.clearName || words.count > 1 else {
      self = .clear
      return
    }
    self = .other(
      Diagnostic(
        code: .promptWordInJupyter,
        "`\(first)` is for ft's own prompt; here Jupyter keeps the cells.",
        hints: [
          .type(Self.clearName, remark: "to empty the output of a cell"),
          .help("in a shell, `ft convert lab.ipynb lab.ft.md` makes ft's own notebook of a file"),
        ]))
  }
}

extension DiagnosticCode {
  /// Every code of the kernel.
  package static let ofJupyter: [DiagnosticCode] = [.promptWordInJupyter]

  static let promptWordInJupyter = DiagnosticCode(
    "N121", "word of the prompt in Jupyter",
    "Lines that begin with a colon list, save and repeat the cells of ft's own prompt. In Jupyter the "
      + "notebook does that: its menus save it and run cells again. `ft convert` changes between "
      + "Jupyter's files and ft's.")
}
