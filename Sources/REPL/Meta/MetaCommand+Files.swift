import Language
import Notebook
import Reporting
import Session

extension MetaCommand {
  /// `:save lab.ft.md`: writes the cells that ran well.
  static let save = MetaCommand(
    "save", .newFile,
    about:
      "Write the cells that ran well: as a script, or with what they gave as name.ft.md or name.ipynb.",
    example: ":save lab.ft.md"
  ) { call, repl throws(Diagnostic) in
    try repl.save(to: try newPath(call, repl, checked: checkedPath))
    return nil
  }

  /// `:share lab.html`: one page that holds everything, with the notebook inside.
  static let share = MetaCommand(
    "share", .newFile,
    about: "Write one HTML page to read in a browser, with the notebook inside: `ft run` runs it.",
    example: ":share lab.html"
  ) { call, repl throws(Diagnostic) in
    let path = try newPath(call, repl) { word, call throws(Diagnostic) in
      guard SharedPage.isPage(word.text) else {
        let stem = word.text.split(separator: ".").first.map(String.init) ?? "lab"
        throw Diagnostic(
          code: .unknownWord, "a page's file name ends in .html.", at: .init(call.file, word.span),
          hints: [.type(":share \(quoted(stem + ".html"))")])
      }
      return word.text
    }
    try repl.share(to: path)
    return nil
  }

  /// The name of a file to write, of a form that `checked` allows, which is there only when it may be
  /// replaced.
  private static func newPath(
    _ call: MetaCall, _ repl: REPL,
    checked: (MetaCall.Word, MetaCall) throws(Diagnostic) -> String
  ) throws(Diagnostic) -> String {
    guard let word = call.words.first, !word.text.isEmpty else { throw call.missing("a file name") }
    let isOver = call.words.dropFirst().first?.text == "over"
    guard call.words.count <= (isOver ? 2 : 1) else { throw call.tooMuch(after: isOver ? 2 : 1) }
    let path = try checked(word, call)
    guard isOver || repl.mayReplace(path) else {
      throw Diagnostic(
        code: .fileIsThere, "\(path) is there already.", at: .init(call.file, word.span),
        hints: [
          .type(":\(call.command.name) \(quoted(path)) over", remark: "to replace it")
        ])
    }
    return path
  }

  /// The name of a file of one of the forms.
  private static func checkedPath(
    _ word: MetaCall.Word, _ call: MetaCall
  ) throws(Diagnostic) -> String {
    guard word.text.hasSuffix(".ft") || NotebookFile.keepsOutputs(word.text) else {
      let stem = word.text.split(separator: ".").first.map(String.init) ?? "lab"
      throw Diagnostic(
        code: .unknownWord, "a notebook's file name ends in .ft, .ft.md or .ipynb.",
        at: .init(call.file, word.span),
        hints: [
          .type(":save \(quoted(stem + ".ft"))", remark: "a script"),
          .type(":save \(quoted(stem + ".ft.md"))", remark: "with what the cells gave"),
          .type(":save \(quoted(stem + ".ipynb"))", remark: "the same, for Jupyter"),
        ])
    }
    return word.text
  }

  private static func quoted(_ path: String) -> String {
    path.contains(where: \.isWhitespace) ? "\"\(path)\"" : path
  }

  /// `:load lab.ft`: runs a file's cells in this session.
  static let load = MetaCommand(
    "load", synonym: "open", .file,
    about: "Run the cells of a script or notebook as cells of this session.",
    example: ":load lab.ft.md"
  ) { call, repl throws(Diagnostic) in
    guard let word = call.words.first, !word.text.isEmpty else { throw call.missing("a file name") }
    guard call.words.count == 1 else { throw call.tooMuch(after: 1) }
    let count = repl.runner.transcript.entries.count
    for piece in try NotebookFile.contents(path: word.text) {
      switch piece {
      case .text(let text): repl.add(text: text)
      case .cell(let source):
        repl.announce(source)
        let (code, isDone) = repl.run(source)
        guard code == nil, isDone else { return code }
      }
    }
    repl.noteLoaded(from: count)
    repl.allowReplacing(word.text)
    return nil
  }
}

extension DiagnosticCode {
  static let fileIsThere = DiagnosticCode(
    "N105", "file that is there already",
    "`:save` and `:share` replace without asking only what this session saved or loaded itself. Any other "
      + "file needs the word `over` after its name.")
}
