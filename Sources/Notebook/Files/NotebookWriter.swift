import Checkpoints
import Foundation
package import Reporting
package import Session

/// Writes a session's cells to a file: those that ran without error, in order.
///
/// Of a cell that an error ended, the statements before it are kept: they ran, and what follows may
/// build on them. Run again, the file leads to the same session.
///
/// A training that was stopped is kept in the Markdown form alone: there its outputs tell the step, and
/// `verify` stops at it.
package struct NotebookWriter: Sendable {
  private let entries: [NotebookEntry]
  private let environment: RunEnvironment

  package init(_ entries: [NotebookEntry], environment: RunEnvironment) {
    self.entries = entries
    self.environment = environment
  }

  /// How many cells are written to a file of that name.
  package func cellCount(at path: String) -> Int { written(to: path).compactMap(\.cell).count }

  /// The entries of which something is written to a file of that name.
  private func written(to path: String) -> [NotebookEntry] {
    entries.filter { entry in
      guard let cell = entry.cell else { return true }
      return !(NotebookFile.keepsOutputs(path) ? cell.keptSource : cell.ranSource).isEmpty
    }
  }

  /// Writes the file, and a Markdown form's pictures in a folder beside it.
  ///
  /// Each file appears whole or not at all.
  ///
  /// - Throws: `R292`.
  package func write(to path: String) throws(Diagnostic) {
    if NotebookFile.isMarkdown(path) {
      for (name, figure) in figures(for: path) {
        try put(figure.svg, at: folder(of: path) + name, inFolder: true)
      }
      try put(markdown(for: path).text, at: path)
    } else if JupyterNotebook.isJupyter(path) {
      try put(jupyter(for: path).text, at: path)
    } else {
      try put(script, at: path)
    }
  }

  /// Writes a page with the notebook inside.
  ///
  /// - Throws: `R292`.
  package func write(_ page: Page, to path: String) throws(Diagnostic) {
    var page = page
    page.attachment = SharedPage.attachment(self, path: path)
    try put(page.html, at: path)
  }

  private func put(_ text: String, at path: String, inFolder: Bool = false) throws(Diagnostic) {
    do throws(CheckpointError) {
      if inFolder { try makeFolder((path as NSString).deletingLastPathComponent) }
      try AtomicFile.write(Array(text.utf8), to: path)
    } catch {
      throw Diagnostic(
        code: .unwrittenNotebook, error.message, hints: [.type(":save \"other.ft\"")])
    }
  }

  // MARK: A script

  /// The plain form: `#%%` lines between cells, prose as comments.
  package var script: String {
    written(to: "name.ft").map { entry -> String in
      switch entry {
      case .text(let text): return ScriptForm.words(text)
      case .cell(let cell): return ScriptForm.cell(cell.ranSource, number: cell.number)
      }
    }.joined(separator: "\n")
  }

  // MARK: Markdown

  /// The Markdown form, with outputs and, at the end, the environment; pictures are named after
  /// `path`, where it will stand, and left out unless `withPictures`.
  package func markdown(for path: String, withPictures: Bool = true) -> MarkdownNotebook {
    var blocks: [MarkdownNotebook.Block] = []
    let entries = written(to: path)
    if case .text(let first) = entries.first, first.hasPrefix("# ") {
      // The session's own title.
    } else {
      blocks.append(.prose("# \(PictureName.stem(of: path))\n\n"))
    }
    for entry in entries {
      switch entry {
      case .text(let text): blocks.append(.prose(MarkdownText.withoutCells(text) + "\n\n"))
      case .cell(let cell): blocks += self.blocks(of: cell, withPictures ? path : nil)
      }
    }
    return MarkdownNotebook(
      blocks + [.environment(.init("environment", String(environment.text.dropLast())))])
  }

  private func blocks(of cell: Cell, _ path: String?) -> [MarkdownNotebook.Block] {
    var blocks = [MarkdownNotebook.Block.cell(.init("ft [\(cell.number)]", cell.keptSource))]
    let lines = cell.outputLines
    // What a cell showed that an error ended belongs to more than what is kept of it.
    if cell.keepsOutputs, !lines.isEmpty {
      blocks.append(.output(.init("output", lines.map(\.text).joined(separator: "\n"))))
      let pictures = (path.map { figures(of: cell, for: $0) } ?? []).map { name, figure in
        MarkdownText.picture(figure.title, name)
      }
      if !pictures.isEmpty { blocks.append(.prose(pictures.joined())) }
    }
    return blocks + [.prose("\n")]
  }

  // MARK: Jupyter's form

  /// Jupyter's form, with outputs and the environment.
  package func jupyter(for path: String) -> JupyterNotebook {
    var cells: [JupyterNotebook.Cell] = []
    // Words that follow each other are one cell, as they are one piece of Markdown.
    func add(words: String) {
      if let last = cells.last, last.kind == .markdown {
        cells[cells.count - 1] = .init(.markdown, last.source + "\n\n" + words)
      } else {
        cells.append(.init(.markdown, words))
      }
    }
    let entries = written(to: path)
    if case .text(let first) = entries.first, first.hasPrefix("# ") {
      // The session's own title.
    } else {
      add(words: "# \(PictureName.stem(of: path))")
    }
    for entry in entries {
      switch entry {
      case .text(let text): add(words: text)
      case .cell(let cell):
        let outputs = cell.outputs.flatMap { JupyterOutput.of($0, number: cell.number) }
        cells.append(
          .init(
            .code, cell.keptSource, number: cell.number,
            outputs: cell.keepsOutputs ? outputs : []))
      }
    }
    return JupyterNotebook(cells: cells, environment: String(environment.text.dropLast()))
  }

  // MARK: Pictures

  private func figures(for path: String) -> [(name: String, figure: Figure)] {
    entries.compactMap(\.cell).filter(\.keepsOutputs).flatMap { figures(of: $0, for: path) }
  }

  /// A cell's pictures with their file names, as `lab.files/4-1.svg`.
  private func figures(of cell: Cell, for path: String) -> [(name: String, figure: Figure)] {
    zip(1..., cell.figures).map { index, figure in
      (PictureName.of(index, ofCell: cell.number, for: path), figure)
    }
  }

  private func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}

extension Cell {
  /// What the Markdown form has of it.
  fileprivate var keptSource: String { stoppedSource ?? ranSource }

  /// Whether what it gave belongs to what is kept of it.
  fileprivate var keepsOutputs: Bool { status == .done || stoppedSource != nil }
}

/// Text that Markdown would take for more than text.
enum MarkdownText {
  /// Words between cells; a fence or a comment in them that would swallow cells is taken apart.
  static func prose(_ text: String) -> String {
    // A cell after the words is found if, and only if, they leave nothing open.
    let isClosed = MarkdownNotebook(text + "\n\n```ft\n```\n").cells.count == 1
    guard !isClosed else { return text }
    return CellText.lines(text).map { line in
      let words = line.drop { $0 == " " }
      let isOpening = ["```", "~~~", "<!--"].contains { words.hasPrefix($0) }
      return isOpening ? "\\" + words : line
    }.joined(separator: "\n")
  }

  /// The words of a picture.
  static func escaped(_ text: String) -> String {
    let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return String(words.flatMap { "\\[]`*_<>".contains($0) ? ["\\", $0] : [$0] })
  }

  /// The words without those that ``escaped(_:)`` put before characters.
  static func unescaped(_ text: String) -> String { text.replacing(/\\(.)/) { $0.1 } }

  /// A picture in a line of its own.
  static func picture(_ title: String, _ path: String) -> String {
    "\n![\(escaped(title))](\(link(path)))\n"
  }

  /// Words between cells that have fences of ours in them, which become fences of others.
  static func withoutCells(_ text: String) -> String {
    let words = CellText.lines(text).map { line in
      line.replacing(/^( {0,3}(?:```+|~~~+) *)(ft|output|environment)\b/) { "\($0.1){\($0.2)}" }
    }
    return prose(words.joined(separator: "\n"))
  }

  /// A path as a link takes it.
  static func link(_ path: String) -> String {
    path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
  }
}

extension DiagnosticCode {
  static let unwrittenNotebook = DiagnosticCode(
    "R292", "notebook that cannot be written",
    "The folder is not there or may not be written to, or the disk is full. What stood there "
      + "before is unchanged.")
}
