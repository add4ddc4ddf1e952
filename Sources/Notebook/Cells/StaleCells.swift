import Commands
import Language
import Reporting

/// Which cells show what is no longer so: an earlier cell they build on was run again, changed.
///
/// A cell that was edited or run again is followed by all that read what it writes: the model, the
/// data, the settings, variables. They are marked, never run by themselves: training is expensive.
package struct StaleCells {
  /// The numbers of the cells.
  package let numbers: Set<Int>

  /// Looks through the cells of a session, in the order they ran.
  package init(_ cells: [Cell]) {
    let uses = cells.map(CellUse.init)
    var stale: Set<Int> = []
    for (place, cell) in cells.enumerated() {
      guard let origin = cell.origin, let first = cells.firstIndex(where: { $0.number == origin })
      else { continue }
      var changed = uses[first].writes.union(uses[place].writes)
      for index in cells.indices where index > first && index < place {
        guard !uses[index].reads.isDisjoint(with: changed) else { continue }
        changed.formUnion(uses[index].writes)
        let isRunAgain = cells[place...].contains { $0.origin == cells[index].number }
        if !isRunAgain { stale.insert(cells[index].number) }
      }
    }
    numbers = stale
  }
}

/// What a cell reads and writes: `model`, `data`, `settings`, `run`, and variables by name.
private struct CellUse {
  private(set) var reads: Set<String> = []
  private(set) var writes: Set<String> = []

  init(_ cell: Cell) {
    let signatures = CommandList.table.signatures.filter { cell.commands.contains($0.name) }
    for signature in signatures {
      reads.formUnion(signature.needs.map(\.name))
      // What works on a model or data does so as the settings say.
      if !signature.needs.isEmpty { reads.insert("settings") }
      writes.formUnion(signature.effects.map(\.name))
    }
    let tokens = Lexer.read(SourceFile(.cell(cell.number), cell.source)).tokens
    for (index, token) in tokens.enumerated() {
      guard let word = token.word else { continue }
      let before = index > 0 ? tokens[index - 1].word : nil
      let isTarget =
        before == "let" || before == "proc" || tokens[index + 1].isSign("=")
        || tokens[index + 1].isSign("+=")
      // Apart from the session's own things, which have the same names.
      if isTarget { writes.insert("variable " + word) } else { reads.insert("variable " + word) }
    }
  }
}
