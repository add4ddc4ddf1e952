import Reporting

/// Shows the little Markdown that lessons are written in: paragraphs, lists, fences, `code`,
/// *stress* and **weight**.
///
/// Where there are no colours, code keeps its marks: `raw` is another word than raw.
package struct MarkdownText {
  private let theme: Theme
  private let width: Int

  /// Lines longer than this are hard to read, however wide the terminal is.
  private static let readableWidth = 88

  /// - Parameters:
  ///   - theme: what the terminal may get.
  ///   - width: the columns it has.
  package init(theme: Theme, width: Int) {
    self.theme = theme
    self.width = max(20, min(width, Self.readableWidth))
  }

  /// The text in lines that fit, each with its line end; an empty line separates blocks.
  package func text(_ markdown: String) -> String {
    var result = ""
    var wasItem = false
    for block in blocks(markdown) {
      if !result.isEmpty, !(wasItem && block.isItem) { result += "\n" }
      wasItem = block.isItem
      switch block {
      case .paragraph(let text): result += wrapped(text, hanging: 0)
      case .item(let mark, let text): result += wrapped(mark + text, hanging: mark.count)
      case .code(let lines):
        result += lines.map { "    " + theme.paint($0, .prompt) + "\n" }.joined()
      }
    }
    return result
  }

  // MARK: Blocks

  fileprivate enum Block {
    case paragraph(String)
    /// An item of a list, its mark with the space after it.
    case item(mark: String, String)
    case code([String])
  }

  private func blocks(_ markdown: String) -> [Block] {
    var blocks: [Block] = []
    var code: [String]?
    var isOpen = false
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let lines = code { blocks.append(.code(lines)) }
        code = code == nil ? [] : nil
        isOpen = false
      } else if code != nil {
        code?.append(String(line))
      } else if line.allSatisfy(\.isWhitespace) {
        isOpen = false
      } else if let mark = Self.mark(of: line) {
        blocks.append(.item(mark: mark, String(line.dropFirst(mark.count))))
        isOpen = true
      } else if isOpen, let last = blocks.popLast() {
        blocks.append(last.adding(line.drop { $0 == " " }))
      } else {
        blocks.append(.paragraph(String(line)))
        isOpen = true
      }
    }
    return blocks
  }

  /// `- ` or `2. ` at the beginning of a line.
  private static func mark(of line: Substring) -> String? {
    if line.hasPrefix("- ") { return "- " }
    let digits = line.prefix { $0.isNumber }
    guard !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
    return digits + ". "
  }

  // MARK: Lines

  private struct Word {
    var text: String
    var role: Theme.Role?
  }

  private func wrapped(_ text: String, hanging: Int) -> String {
    var lines = ""
    var column = 0
    for word in words(text) {
      let size = DisplayWidth.of(word.map(\.text).joined())
      if column > 0, column + 1 + size > width {
        lines += "\n" + String(repeating: " ", count: hanging)
        column = hanging
      } else if column > 0 {
        lines += " "
        column += 1
      }
      lines += word.map { piece in piece.role.map { theme.paint(piece.text, $0) } ?? piece.text }
        .joined()
      column += size
    }
    return lines + "\n"
  }

  /// The words between spaces; a word may have pieces of several looks.
  ///
  /// Spaces inside code do not part words.
  private func words(_ text: String) -> [[Word]] {
    var words: [[Word]] = [[]]
    var mark: String?
    var rest = Substring(text)
    while let character = rest.first {
      if let found = Self.marks.first(where: { marks($0, rest, inside: mark) }) {
        mark = mark == nil ? found : nil
        if found == "`", !theme.allowsColor {
          Self.append("`", role: .prompt, to: &words[words.count - 1])
        }
        rest = rest.dropFirst(found.count)
        continue
      }
      rest.removeFirst()
      if character == " " && mark != "`" {
        words.append([])
      } else {
        Self.append(character, role: mark.map(Self.role), to: &words[words.count - 1])
      }
    }
    return words.filter { !$0.isEmpty }
  }

  /// Whether `rest` begins with this mark: one that ends what is open, or opens what follows.
  private func marks(_ mark: String, _ rest: Substring, inside open: String?) -> Bool {
    guard rest.hasPrefix(mark) else { return false }
    return open == mark || open == nil && rest.dropFirst(mark.count).first?.isWhitespace == false
  }

  private static let marks = ["`", "**", "*"]

  private static func role(of mark: String) -> Theme.Role {
    mark == "`" ? .prompt : .heading
  }

  private static func append(_ character: Character, role: Theme.Role?, to word: inout [Word]) {
    if let last = word.last, last.role == role {
      word[word.count - 1].text.append(character)
    } else {
      word.append(Word(text: String(character), role: role))
    }
  }
}

extension MarkdownText.Block {
  fileprivate var isItem: Bool {
    if case .item = self { return true }
    return false
  }

  /// The block with one more line of its text.
  fileprivate func adding(_ line: Substring) -> Self {
    switch self {
    case .paragraph(let text): .paragraph(text + " " + line)
    case .item(let mark, let text): .item(mark: mark, text + " " + line)
    case .code(let lines): .code(lines + [String(line)])
    }
  }
}
