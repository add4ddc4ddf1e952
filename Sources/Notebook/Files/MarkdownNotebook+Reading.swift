extension MarkdownNotebook {
  /// Reads a file by the rules of CommonMark for fences and comments; any text is a notebook.
  package init(_ text: String) {
    var reader = Reader(text)
    reader.read()
    self.init(reader.blocks)
  }
}

/// Reads a Markdown file line by line.
private struct Reader {
  private(set) var blocks: [MarkdownNotebook.Block] = []
  private let lines: [String]
  private var index = 0
  private var prose = ""

  /// A fence's opening line: what closes it, and its first word.
  private struct Opening {
    let mark: Character
    let length: Int
    let name: String

    /// - Returns: nil for a line that opens no fence.
    init?(_ line: String) {
      let body = line.drop { $0 == " " }
      guard line.count - body.count <= 3, let mark = body.first, mark == "`" || mark == "~" else {
        return nil
      }
      let info = body.drop { $0 == mark }
      length = body.count - info.count
      // Backticks in what follows make it code within a line.
      guard length >= 3, mark == "~" || !info.contains("`") else { return nil }
      self.mark = mark
      let words = info.split(whereSeparator: \.isWhitespace)
      name = words.first.map(String.init) ?? ""
    }

    /// Whether a line ends the fence.
    func isClosed(by line: String) -> Bool {
      let body = line.drop { $0 == " " }
      let rest = body.drop { $0 == mark }
      return line.count - body.count <= 3 && body.count - rest.count >= length
        && rest.allSatisfy(\.isWhitespace)
    }
  }

  init(_ text: String) { lines = Self.lines(of: text) }

  /// The lines with their line ends.
  private static func lines(of text: String) -> [String] {
    var lines: [String] = []
    var start = text.utf8.startIndex
    while let end = text.utf8[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let next = text.utf8.index(after: end)
      lines.append(String(text[start..<next]))
      start = next
    }
    if start < text.utf8.endIndex { lines.append(String(text[start...])) }
    return lines
  }

  mutating func read() {
    while index < lines.count {
      if let opening = Opening(lines[index]) {
        readFence(opening)
      } else if lines[index].drop(while: { $0 == " " }).hasPrefix("<!--") {
        readComment()
      } else {
        prose += lines[index]
        index += 1
      }
    }
    endProse()
  }

  /// A comment hides what is in it, fences too.
  private mutating func readComment() {
    while index < lines.count {
      prose += lines[index]
      index += 1
      if lines[index - 1].contains("-->") { return }
    }
  }

  private mutating func readFence(_ opening: Opening) {
    var fence = MarkdownNotebook.Fence(
      opening: lines[index], body: "", closing: "", line: index + 1)
    index += 1
    while index < lines.count, !opening.isClosed(by: lines[index]) {
      fence.body += lines[index]
      index += 1
    }
    if index < lines.count {
      fence.closing = lines[index]
      index += 1
    }
    switch opening.name {
    case "ft": add(.cell(fence))
    case "output" where followsCell: add(.output(fence))
    case "environment": add(.environment(fence))
    default: prose += fence.opening + fence.body + fence.closing
    }
  }

  private mutating func add(_ block: MarkdownNotebook.Block) {
    endProse()
    blocks.append(block)
  }

  /// Whether nothing but empty lines stands between here and a cell.
  private var followsCell: Bool {
    guard prose.allSatisfy(\.isWhitespace), case .cell = blocks.last else { return false }
    return true
  }

  private mutating func endProse() {
    if !prose.isEmpty { blocks.append(.prose(prose)) }
    prose = ""
  }
}
