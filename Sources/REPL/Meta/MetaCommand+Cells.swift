import Notebook
import Reporting

extension MetaCommand {
  /// `:cells`: what was run, and how it ended.
  static let cells = MetaCommand(
    "cells", .none, about: "List the cells, with those that failed or are stale.", example: ":cells"
  ) { _, repl throws(Diagnostic) in
    let cells = repl.cells
    let stale = StaleCells(cells).numbers
    var table = Table(columns: [
      .init("cell", .right), .init("state"), .init("time", .right), .init("begins"),
    ])
    for cell in cells {
      let again = cells.last { $0.origin == cell.number }
      let state = [
        cell.mark ?? "ok", stale.contains(cell.number) ? "stale" : nil,
        again.map { "now \($0.number)" },
      ]
      table.append([
        .text("\(cell.number)"), .text(state.compactMap { $0 }.joined(separator: ", ")),
        .quantity(Quantity(cell.seconds, .seconds)), .text(firstLine(cell.source)),
      ])
    }
    repl.show(cells.isEmpty ? .text("no cells yet") : .table(table))
    return nil
  }

  private static func firstLine(_ source: String) -> String {
    let lines = source.split(whereSeparator: \.isNewline)
    return (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")
  }

  /// `:rerun 3-5`: runs cells again, as new ones.
  static let rerun = MetaCommand(
    "rerun", .cells, about: "Run cells again, as new cells; the first error ends it.",
    example: ":rerun 3-5"
  ) { call, repl throws(Diagnostic) in
    for cell in try call.cells(of: repl.cells) {
      repl.announce(cell.source)
      let (code, isDone) = repl.run(cell.source, madeFrom: cell.number)
      guard code == nil, isDone else { return code }
    }
    return nil
  }

  /// `:edit 3`: brings a cell's text back to be changed.
  static let edit = MetaCommand(
    "edit", .cell,
    about: "Change a cell's text and run it as a new cell; the last without a number.",
    example: ":edit 3"
  ) { call, repl throws(Diagnostic) in
    try repl.edit(try call.cell(of: repl.cells))
    return nil
  }

  /// `:diff 3 5`: what two cells gave that is not the same.
  static let diff = MetaCommand(
    "diff", .cells,
    about: "Compare what two cells gave, value by value; the last two without numbers.",
    example: ":diff 3 5"
  ) { call, repl throws(Diagnostic) in
    let all = repl.cells
    let cells = call.words.isEmpty ? Array(all.suffix(2)) : try call.cells(of: all)
    guard cells.count == 2 else {
      guard !call.words.isEmpty else {
        throw Diagnostic(
          code: .noSuchCell, "there are no two cells yet to compare.", hints: [.type(":help")])
      }
      throw cells.count > 2 ? call.tooMuch(after: 2) : call.missing("the numbers of two cells")
    }
    repl.show(CellDifferences(cells[0], cells[1]).report)
    return nil
  }

  /// `:watch train 3 epochs`: runs a command on a full screen.
  static let watch = MetaCommand(
    "watch", .entry,
    about: "Run a command, such as a training, as a cell, and see its curves on the whole screen.",
    example: ":watch train 3 epochs"
  ) { call, repl throws(Diagnostic) in
    guard let first = call.words.first, let last = call.words.last else {
      throw call.missing("a command to run")
    }
    return repl.watch(call.file.text(of: SourceSpan(first.span.start, last.span.end)))
  }

  /// `:help`: these commands.
  static let help = MetaCommand(
    "help", .command, about: "List the commands of the prompt.", example: ":help"
  ) { call, repl throws(Diagnostic) in
    guard call.words.count <= 1 else { throw call.tooMuch(after: 1) }
    var shown = all
    if let word = call.words.first {
      let name = word.text.drop { $0 == ":" }
      guard let command = MetaCommand.named(String(name)) else {
        throw Diagnostic(
          code: .unknownPromptCommand, "there is no command `:\(name)`.",
          at: .init(call.file, word.span),
          hints: [.type(":help")])
      }
      shown = [command]
    }
    var table = Table(columns: [.init("type"), .init("to")])
    for command in shown { table.append([.text(command.example), .text(command.about)]) }
    repl.show(.table(table))
    return nil
  }
}
