import Commands
import Language
package import Reporting

/// The forms in which a notebook is kept, told by the file's name: `lab.ft`, a script with `#%%` lines,
/// `lab.ft.md`, Markdown with cells and what they gave, `lab.ipynb`, the same for Jupyter, and `lab.html`,
/// a page with such Markdown inside.
package enum NotebookFile {
  /// Whether a name is that of the Markdown form.
  package static func isMarkdown(_ path: String) -> Bool { path.hasSuffix(".md") }

  /// Whether a file of that name keeps what cells gave.
  package static func keepsOutputs(_ path: String) -> Bool {
    isMarkdown(path) || JupyterNotebook.isJupyter(path) || SharedPage.isPage(path)
  }

  /// Reads a file as the script that it is, or that its cells are.
  ///
  /// - Throws: `R290`, `L190`, `N101` for a notebook without cells, `N111` or `N122`.
  package static func script(path: String) throws(Diagnostic) -> SourceFile {
    let file = try ScriptText.read(path: path)
    guard let notebook = try notebook(of: file, path: path) else { return file }
    return try script(of: notebook, path: path)
  }

  /// The Markdown that a file is, or has inside, or that says the same; nil for a script.
  ///
  /// - Throws: `N111`, `N122`.
  static func notebook(
    of file: SourceFile, path: String
  ) throws(Diagnostic) -> MarkdownNotebook? {
    if SharedPage.isPage(path) { return try SharedPage.notebook(of: file, path: path) }
    if JupyterNotebook.isJupyter(path) {
      return try JupyterNotebook(file, path: path).markdown(for: path).notebook
    }
    return isMarkdown(path) ? MarkdownNotebook(file.text) : nil
  }

  /// The script that a Markdown notebook's cells are.
  ///
  /// - Throws: `N101` when it has none.
  package static func script(
    of notebook: MarkdownNotebook, path: String
  ) throws(Diagnostic) -> SourceFile {
    guard !notebook.cells.isEmpty else {
      throw Diagnostic(
        code: .noCells, "\(path) has no cells.",
        hints: [.help("a cell is a fence that begins with ```ft")])
    }
    // Places in Jupyter's files are told by cells: their lines are no lines of the file.
    let cells = notebook.cells.enumerated().map { place, cell in
      SourceFile.Cell(number: cell.cell.number ?? place + 1, line: cell.cell.line)
    }
    return SourceFile(
      .file(path), notebook.script, cells: JupyterNotebook.isJupyter(path) ? cells : [])
  }

  /// What a file holds, to be run piece by piece: prose, and the source of each cell.
  ///
  /// - Throws: as ``script(path:)``.
  package static func contents(path: String) throws(Diagnostic) -> [NotebookPiece] {
    let file = try ScriptText.read(path: path)
    guard let notebook = try notebook(of: file, path: path) else {
      return NotebookPiece.pieces(ofScript: file)
    }
    _ = try script(of: notebook, path: path)
    return notebook.blocks.compactMap { block in
      switch block {
      case .prose(let text):
        let words = CellText.trimmed(NotebookPiece.withoutFigures(text))
        return words.isEmpty ? nil : .text(words)
      case .cell(let fence): return .cell(CellText.trimmed(fence.text))
      case .output, .environment: return nil
      }
    }
  }
}

/// A piece of a notebook file: words, or the source of a cell.
package enum NotebookPiece: Hashable, Sendable {
  case text(String)
  case cell(String)

  /// A script cut at its `#%%` lines; without any, all of it is one cell.
  static func pieces(ofScript file: SourceFile) -> [NotebookPiece] {
    let script = Script.parse(file, commands: CommandList.table).0
    return ScriptCells.parts(of: script).compactMap { part in
      let text = CellText.trimmed(file.text(of: part.span))
      guard !text.isEmpty else { return nil }
      return part.isProse || CellText.isProse(text) ? .text(CellText.prose(text)) : .cell(text)
    }
  }

  /// Prose without the pictures that saving puts under a cell: it will put them there again.
  static func withoutFigures(_ text: String) -> String {
    CellText.lines(text).filter { line in
      !(line.hasPrefix("![") && line.hasSuffix(".svg)") && line.contains(".files/"))
    }.joined(separator: "\n")
  }
}

extension DiagnosticCode {
  static let noCells = DiagnosticCode(
    "N101", "notebook without cells",
    "A Markdown file runs by its cells: fences that begin with ```ft. This one has none; fences "
      + "with other words, or without one, are prose.")
}
