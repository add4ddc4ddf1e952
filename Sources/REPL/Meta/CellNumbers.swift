import Language
import Notebook
import Reporting

extension MetaCall {
  /// The cells that the words name: `3`, `3-5`, `3, 5`.
  ///
  /// - Throws: `N104` for a number that no cell has, `L101` for what is no number.
  func cells(of all: [Cell]) throws(Diagnostic) -> [Cell] {
    guard !words.isEmpty else { throw missing("the numbers of cells") }
    var cells: [Cell] = []
    for word in words {
      for part in word.text.split(separator: ",") {
        let ends = part.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = ends.compactMap { Int($0) }
        guard numbers.count == ends.count, numbers.count <= 2, let first = numbers.first,
          let last = numbers.last, first <= last
        else {
          throw Diagnostic(
            code: .unknownWord, "`\(part)` is no number of a cell.", at: .init(file, word.span),
            hints: [.type(command.example)])
        }
        let found = all.filter { first <= $0.number && $0.number <= last }
        guard !found.isEmpty else { throw unknown(word, all) }
        cells += found
      }
    }
    return cells
  }

  /// The one cell that the words name, or the last when they name none.
  func cell(of all: [Cell]) throws(Diagnostic) -> Cell {
    guard words.count <= 1 else { throw tooMuch(after: 1) }
    if let word = words.first {
      let cells = try cells(of: all)
      guard cells.count == 1 else { throw unknown(word, all) }
      return cells[0]
    }
    guard let last = all.last else {
      throw Diagnostic(code: .noSuchCell, "no cell has been run yet.", hints: [.type("help")])
    }
    return last
  }

  private func unknown(_ word: Word, _ all: [Cell]) -> Diagnostic {
    let range =
      all.isEmpty
      ? "there are none yet" : "they go from \(all[0].number) to \(all[all.count - 1].number)"
    return Diagnostic(
      code: .noSuchCell, "there is no cell \(word.text).", at: .init(file, word.span, range),
      hints: [.type(":cells")])
  }
}

extension DiagnosticCode {
  static let noSuchCell = DiagnosticCode(
    "N104", "no such cell",
    "Cells have the numbers that the prompt showed; `:cells` lists them. Only cells of this "
      + "session can be run again or edited.")
}
