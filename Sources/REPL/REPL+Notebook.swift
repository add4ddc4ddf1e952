import Commands
import Foundation
import Notebook
import Reporting
import Session
import Terminal

/// What meta-commands do with the session's cells.
extension REPL {
  /// The cells so far.
  var cells: [Cell] { runner.transcript.cells }

  /// Adds words between cells.
  func add(text: String) { runner.transcript.add(text: text) }

  func show(_ report: Report) { renderer.report(.shown(.report(report))) }

  /// Shows a cell that is about to run, as if it had been typed.
  func announce(_ source: String) {
    let lines = VisibleText.of(source).split(separator: "\n", omittingEmptySubsequences: false)
    let prompt = prompt.name + "> "
    let indent = "\n" + String(repeating: " ", count: prompt.count)
    renderer.notice(prompt + lines.joined(separator: indent) + "\n")
  }

  /// Runs an entry on a full screen, or in the ordinary way where there is none; returns how the program
  /// ends, nil when it goes on.
  func watch(_ entry: String) -> ExitCode? {
    if !renderer.beginWatching(entry) {
      renderer.say("this terminal is too small, or draws nothing twice: a line shows how far it is")
    }
    let code = run(entry).code
    renderer.endWatching()
    return code
  }

  /// Brings a cell's text back to be changed: in the user's editor when it has several lines, then
  /// in the line being typed.
  ///
  /// - Throws: `N107`.
  func edit(_ cell: Cell) throws(Diagnostic) {
    var text = cell.source
    var isEdited = false
    if let editor, text.contains("\n"), let changed = editor.edit(text) {
      text = changed
      while text.last?.isNewline == true { text.removeLast() }
      isEdited = true
    }
    if source?.prefill(text) == true {
      editedCell = cell.number
    } else if isEdited {
      _ = run(text, madeFrom: cell.number)
    } else {
      throw Diagnostic(
        code: .noEditing, "lines cannot be edited in this terminal.",
        hints: [.type(":rerun \(cell.number)", remark: "to run it as it is")])
    }
  }

  /// Writes the cells that ran well.
  ///
  /// - Throws: `N106` or `R292`.
  func save(to path: String) throws(Diagnostic) {
    guard
      let environment = interrupts.wait(for: { [runner] in await runner.session.environment() })
    else { return }
    let writer = NotebookWriter(runner.transcript.entries, environment: environment)
    guard writer.cellCount(at: path) > 0 else {
      throw Diagnostic(
        code: .nothingToSave, "no cell has run without error yet.", hints: [.type("help")])
    }
    try writer.write(to: path)
    noteSaved(path, writer)
  }

  /// Writes one page with what was run, and the notebook inside.
  ///
  /// - Throws: `N106` or `R292`.
  func share(to path: String) throws(Diagnostic) {
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    guard
      let (page, environment) = interrupts.wait(for: { [runner] in
        (await runner.session.page(title: name), await runner.session.environment())
      })
    else { return }
    let writer = NotebookWriter(runner.transcript.entries, environment: environment)
    guard writer.cellCount(at: path) > 0 else {
      throw Diagnostic(
        code: .nothingToSave, "no cell has run without error yet.", hints: [.type("help")])
    }
    try writer.write(page, to: path)
    noteSaved(path, writer)
  }

  /// Says what was written, and what makes it another than this session.
  private func noteSaved(_ path: String, _ writer: NotebookWriter) {
    let all = cells
    allowReplacing(path)
    if visit == nil { savedEntryCount = runner.transcript.entries.count }
    let count = writer.cellCount(at: path)
    var lines = "saved \(path), \(count) \(count == 1 ? "cell" : "cells")"
    let keepsOutputs = NotebookFile.keepsOutputs(path)
    let broken = all.filter { $0.mark != nil && !(keepsOutputs && $0.stoppedSource != nil) }
    if !broken.isEmpty {
      let names = broken.map { "\($0.number)" }.joined(separator: ", ")
      lines += "; left out what did not end well: \(names)"
    }
    show(.text(lines))
    for note in notes(on: all, keepsOutputs: keepsOutputs) { renderer.show(note) }
  }

  /// What makes a saved notebook another than this session.
  private func notes(on cells: [Cell], keepsOutputs: Bool) -> [Diagnostic] {
    var notes: [Diagnostic] = []
    let trainings = cells.filter { keepsOutputs && $0.stoppedSource != nil }.map { "\($0.number)" }
    if !trainings.isEmpty {
      notes.append(
        Diagnostic(
          .note, code: nil,
          "the training of cell \(trainings.joined(separator: ", ")) was stopped: `ft verify` stops "
            + "it at the same step, `ft run` trains to its end."))
    }
    let stopped = cells.filter {
      $0.status == .stopped && !(keepsOutputs && $0.stoppedSource != nil)
    }.map { "\($0.number)" }
    if !stopped.isEmpty {
      notes.append(
        Diagnostic(
          .note, code: nil,
          "cell \(stopped.joined(separator: ", ")) was stopped: what it had changed by then is no "
            + "part of the file."))
    }
    let stale = StaleCells(cells).numbers.sorted().map { "\($0)" }
    if !stale.isEmpty {
      notes.append(
        Diagnostic(
          .note, code: nil,
          "stale: \(stale.joined(separator: ", ")); a cell before was run again since.",
          hints: [.type(":rerun \(stale.joined(separator: ","))")]))
    }
    return notes
  }

  /// Whether the program may end: the first time that cells would be lost, a person is asked.
  func mayLeave() -> Bool {
    guard asksBeforeLeaving, !hasAskedBeforeLeaving else { return true }
    let entries = (visit?.home.runner ?? runner).transcript.entries
    let lost = entries.dropFirst(savedEntryCount).compactMap(\.cell).filter(\.isWorthKeeping)
    guard !lost.isEmpty else { return true }
    hasAskedBeforeLeaving = true
    let what = lost.count == 1 ? "1 cell is" : "\(lost.count) cells are"
    renderer.say("\(what) not saved: `:save lab.ft.md` keeps them, `quit` again leaves")
    return false
  }

  /// Notes that the cells so far are in a file, unless some were not saved before.
  func noteLoaded(from count: Int) {
    if visit == nil, savedEntryCount >= count {
      savedEntryCount = runner.transcript.entries.count
    }
  }

  /// Whether saving may write to a path without being told to replace what is there.
  func mayReplace(_ path: String) -> Bool {
    ownFiles.contains(fullPath(path)) || !FileManager.default.fileExists(atPath: path)
  }

  /// Lets saving replace a file from now on.
  func allowReplacing(_ path: String) { ownFiles.insert(fullPath(path)) }

  private func fullPath(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}

extension Cell {
  /// Whether something of it ran that a person may want again: reading help is nothing of the kind.
  fileprivate var isWorthKeeping: Bool {
    !(stoppedSource ?? ranSource).isEmpty && commands != ["help"]
  }
}

extension DiagnosticCode {
  static let nothingToSave = DiagnosticCode(
    "N106", "nothing to save",
    "`:save` writes the cells that ran without error. None of this session has yet, so there "
      + "would be nothing in the file.")

  static let noEditing = DiagnosticCode(
    "N107", "no way to edit here",
    "`:edit` puts a cell's text into the line being typed, or opens the program that EDITOR "
      + "names. This terminal cannot edit lines, and EDITOR is not set or failed.")
}
