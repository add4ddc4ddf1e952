import Checkpoints
import Commands
import Foundation
import Language
package import Reporting

/// A notebook's file made into another form of it, without running anything.
package enum NotebookConversion {
  /// Reads a file and writes another, each of the form that its name tells.
  ///
  /// - Parameters:
  ///   - source: what is read.
  ///   - target: what is written, and in a Markdown form's case the pictures beside it.
  ///   - replaces: whether a file that is there gives way.
  /// - Returns: how many cells there are.
  /// - Throws: a `Diagnostic`; then nothing was written but, perhaps, pictures.
  package static func convert(
    _ source: String, to target: String, replaces: Bool
  ) throws(Diagnostic) -> Int {
    for path in [source, target] where !isNotebook(path) {
      throw Diagnostic(
        code: .noConversion, "\(path) is of no form of notebook: .ft, .ft.md or .ipynb.",
        hints: [.help("`ft convert lab.ft.md lab.ipynb` in a shell")])
    }
    guard replaces || !FileManager.default.fileExists(atPath: target) else {
      throw Diagnostic(
        code: .noConversion, "\(target) is there already.",
        hints: [.help("`ft convert \(source) \(target) --over` in a shell replaces it")])
    }
    let file = try ScriptText.read(path: source)
    let notebook = try jupyter(file, source)
    let cellCount = notebook.cells.count { $0.kind == .code }
    do throws(CheckpointError) {
      if JupyterNotebook.isJupyter(target) {
        try write(notebook.text, to: target)
      } else if NotebookFile.isMarkdown(target) {
        let (markdown, pictures) = notebook.markdown(for: target)
        let folder = folder(of: target)
        for picture in pictures {
          try makeFolder(((folder + picture.path) as NSString).deletingLastPathComponent)
          try write(picture.svg, to: folder + picture.path)
        }
        try write(markdown.text, to: target)
      } else {
        try write(script(of: notebook), to: target)
      }
    } catch {
      throw Diagnostic(
        code: .unwrittenNotebook, error.message,
        hints: [.help("name another place: `ft convert \(source) FILE` in a shell")])
    }
    return cellCount
  }

  private static func isNotebook(_ path: String) -> Bool {
    path.hasSuffix(".ft") || NotebookFile.keepsOutputs(path)
  }

  /// Jupyter's form, which holds what all others do.
  private static func jupyter(
    _ file: SourceFile, _ path: String
  ) throws(Diagnostic) -> JupyterNotebook {
    if JupyterNotebook.isJupyter(path) { return try JupyterNotebook(file, path: path) }
    if NotebookFile.isMarkdown(path) {
      let folder = folder(of: path)
      return JupyterNotebook(MarkdownNotebook(file.text), path: path) { picture in
        (try? ScriptText.read(path: folder + picture))?.text
      }
    }
    let cells = NotebookPiece.pieces(ofScript: file).map { piece -> JupyterNotebook.Cell in
      switch piece {
      case .text(let text): .init(.markdown, text)
      case .cell(let source): .init(.code, source)
      }
    }
    return JupyterNotebook(cells: cells, environment: nil)
  }

  /// The script of a notebook's cells, words as comments.
  private static func script(of notebook: JupyterNotebook) -> String {
    notebook.cells.filter { $0.kind != .raw }.map { cell in
      cell.kind == .code
        ? ScriptForm.cell(cell.source, number: cell.number) : ScriptForm.words(cell.source)
    }.joined(separator: "\n")
  }

  private static func write(_ text: String, to path: String) throws(CheckpointError) {
    try AtomicFile.write(Array(text.utf8), to: path)
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}

/// How a script has the parts of a notebook.
enum ScriptForm {
  /// A cell, after a line that marks it.
  static func cell(_ source: String, number: Int?) -> String {
    "#%%\(number.map { " [\($0)]" } ?? "")\n\(source)\n"
  }

  /// Words, as comments.
  static func words(_ text: String) -> String {
    "#%% [markdown]\n"
      + CellText.lines(text).map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
  }
}

extension DiagnosticCode {
  static let noConversion = DiagnosticCode(
    "N123", "notebook that cannot be converted",
    "`ft convert` makes one form of a notebook into another, told by the files' names: lab.ft, a script, "
      + "lab.ft.md, Markdown with outputs, lab.ipynb, the same for Jupyter. A file that is there already "
      + "is replaced when `--over` says so.")
}
