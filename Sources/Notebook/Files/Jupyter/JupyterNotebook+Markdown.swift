import Foundation

/// Between Jupyter's form and the Markdown form.
extension JupyterNotebook {
  /// What stands between two cells of words, which Markdown would make one.
  private static let cellMark = "<!-- cell -->\n\n"
  /// A cell of words ends so.
  private static let proseEnd = "\n\n"

  /// A picture beside a Markdown file.
  package struct Picture: Hashable, Sendable {
    /// Its path from the file's folder.
    package let path: String
    /// What is in it.
    package let svg: String
  }

  // MARK: From Markdown

  /// Makes Jupyter's form of a Markdown notebook.
  ///
  /// - Parameters:
  ///   - notebook: the Markdown.
  ///   - path: where it stands.
  ///   - picture: the contents of a picture, by its path from the file's folder; nil where there is none.
  package init(_ notebook: MarkdownNotebook, path: String, picture: (String) -> String?) {
    let plain = JupyterNotebook(
      cells: Self.cells(of: notebook, picture: picture),
      environment: notebook.environment?.text)
    let isOurs = plain.ownMarkdown(for: path).notebook.text == notebook.text
    self.init(
      cells: plain.cells, environment: plain.environment, original: isOurs ? nil : notebook.text)
  }

  private static func cells(
    of notebook: MarkdownNotebook, picture: (String) -> String?
  ) -> [Cell] {
    var cells: [Cell] = []
    for (place, block) in notebook.blocks.enumerated() {
      switch block {
      case .environment: break
      case .cell(let fence):
        cells.append(Cell(.code, fence.text, number: fence.number))
      case .output(let fence):
        let following = notebook.blocks.dropFirst(place + 1).first
        let pictures = Figures(after: following, picture: picture)
        guard let cell = cells.indices.last else { continue }
        cells[cell].outputs = JupyterOutput.of(
          fence.lines.map { OutputLine($0) }, pictures: pictures.found, number: cells[cell].number)
      case .prose(var text):
        let before = place > 0 ? notebook.blocks[place - 1] : nil
        if case .output = before { text = Figures(after: block, picture: picture).rest }
        if before != nil, text.hasPrefix("\n") { text.removeFirst() }
        guard !text.isEmpty else { continue }
        if text.hasSuffix(proseEnd) { text.removeLast(proseEnd.count) }
        cells += text.components(separatedBy: proseEnd + cellMark).map { Cell(.markdown, $0) }
      }
    }
    return cells
  }

  /// The pictures that a cell's output ends with, and the words after them.
  private struct Figures {
    var found: [JupyterOutput.Picture] = []
    var rest = ""

    init(after block: MarkdownNotebook.Block?, picture: (String) -> String?) {
      guard case .prose(let text) = block else { return }
      rest = text
      while let match = rest.prefixMatch(of: /\n!\[((?:[^\]\\\n]|\\.)*)\]\(([^)\n]+\.svg)\)\n/),
        let path = String(match.2).removingPercentEncoding, let svg = picture(path)
      {
        found.append(
          .init(title: MarkdownText.unescaped(String(match.1)), path: path, svg: svg))
        rest = String(rest[match.range.upperBound...])
      }
    }
  }

  // MARK: To Markdown

  /// Makes the Markdown form: the file that this was made of, when nothing was changed since.
  ///
  /// - Parameter path: where it will stand; pictures are named after it.
  /// - Returns: the Markdown, and its pictures.
  package func markdown(
    for path: String
  ) -> (notebook: MarkdownNotebook, pictures: [Picture]) {
    let own = ownMarkdown(for: path)
    guard let original else { return own }
    let notebook = MarkdownNotebook(original)
    let pictures = self.pictures
    let contents = Dictionary(pictures.map { ($0.path, $0.svg) }) { first, _ in first }
    let again = JupyterNotebook(notebook, path: path) { contents[$0] }
    let isUnchanged = again.hasCells(of: self) && again.environment == environment
    return isUnchanged ? (notebook, pictures) : own
  }

  /// The pictures that stood beside a Markdown file, those that were out of its folder excepted.
  private var pictures: [Picture] {
    cells.flatMap { JupyterOutput.read($0.outputs).pictures }.compactMap { picture in
      guard let path = picture.path, !path.hasPrefix("/"),
        !path.split(separator: "/").contains("..")
      else { return nil }
      return Picture(path: path, svg: picture.svg)
    }
  }

  /// The Markdown form as we write it.
  private func ownMarkdown(
    for path: String
  ) -> (notebook: MarkdownNotebook, pictures: [Picture]) {
    var blocks: [MarkdownNotebook.Block] = []
    var pictures: [Picture] = []
    var isAfterWords = false
    for (place, cell) in cells.enumerated() {
      switch cell.kind {
      case .markdown, .raw:
        let words =
          cell.kind == .raw
          ? MarkdownNotebook.Fence("raw", cell.source).whole : cell.source
        let mark = isAfterWords ? Self.cellMark : ""
        blocks.append(.prose(mark + MarkdownText.withoutCells(words) + Self.proseEnd))
      case .code:
        let number = cell.number.map { " [\($0)]" } ?? ""
        blocks.append(.cell(.init("ft" + number, cell.source)))
        var (lines, figures) = JupyterOutput.read(cell.outputs)
        // A picture without words has its title, as pictures come after some.
        if lines.isEmpty { lines = figures.prefix(1).map { .shown($0.title) } }
        if !lines.isEmpty {
          blocks.append(.output(.init("output", lines.map(\.text).joined(separator: "\n"))))
        }
        var links = ""
        for (index, figure) in zip(1..., figures) {
          let name = PictureName.of(index, ofCell: cell.number ?? place + 1, for: path)
          pictures.append(Picture(path: name, svg: figure.svg))
          links += MarkdownText.picture(figure.title, name)
        }
        blocks.append(.prose(links + "\n"))
      }
      isAfterWords = cell.kind != .code
    }
    if let environment { blocks.append(.environment(.init("environment", environment))) }
    // Read again, each fence knows its line.
    return (MarkdownNotebook(MarkdownNotebook(blocks).text), pictures)
  }
}

/// What the pictures beside a Markdown notebook are called.
enum PictureName {
  /// The path from the notebook's folder, as `lab.files/4-1.svg`.
  static func of(_ index: Int, ofCell number: Int, for path: String) -> String {
    "\(stem(of: path)).files/\(number)-\(index).svg"
  }

  /// A file's name without folder and endings.
  static func stem(of path: String) -> String {
    let name = (path as NSString).lastPathComponent
    let stem = name.prefix { $0 != "." }
    return stem.isEmpty ? name : String(stem)
  }
}
