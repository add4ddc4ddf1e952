import Reporting

/// The pieces of a lesson's Markdown, in order: what is not prose is a line or fence of its own.
enum LessonBlock {
  /// `# Title` (level 1) or `## Step` (level 2).
  case heading(level: Int, text: String, line: Int)
  /// Paragraphs and lists as they stand.
  case prose(String)
  /// A fenced block; `line` is that of its first line inside.
  case fence(language: String, text: String, line: Int, isHidden: Bool)
  /// A picture on a line of its own: of a web page, as a terminal shows the plot itself.
  case picture(path: String, line: Int)
  /// A comment `<!-- ft name rest -->`.
  case directive(name: String, text: String, line: Int)
}

/// Cuts a lesson's Markdown into blocks.
///
/// Only what lessons use: headings, fences of three backticks, comments that begin with `ft`, and
/// `<details>`, in which a solution is kept from readers who want to find it themselves.
struct LessonMarkup {
  private var blocks: [LessonBlock] = []
  private var prose: [Substring] = []
  private var isHidden = false
  private let lines: [Substring]
  private var index = 0

  static func blocks(of text: String) -> [LessonBlock] {
    var markup = LessonMarkup(text)
    markup.run()
    return markup.blocks
  }

  private init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  private mutating func run() {
    while index < lines.count {
      let line = lines[index]
      if line.hasPrefix("```") {
        takeFence(language: String(line.dropFirst(3)))
      } else if line.hasPrefix("<!-- ft ") {
        takeDirective()
      } else if line.hasPrefix("# ") || line.hasPrefix("## ") {
        takeHeading(line)
      } else if line.hasPrefix("!["), let path = Self.path(ofPicture: line) {
        endProse()
        blocks.append(.picture(path: path, line: index + 1))
      } else if line.hasPrefix("<details>") || line.hasPrefix("</details>") {
        isHidden = line.hasPrefix("<details>")
      } else if !isHidden {
        prose.append(line)
      }
      index += 1
    }
    endProse()
  }

  /// Takes the lines up to the closing fence, or to the end.
  private mutating func takeFence(language: String) {
    endProse()
    let first = index + 1
    index = first
    while index < lines.count, !lines[index].hasPrefix("```") { index += 1 }
    blocks.append(
      .fence(
        language: language, text: lines[first..<min(index, lines.count)].joined(separator: "\n"),
        line: first + 1, isHidden: isHidden))
  }

  /// Takes a comment, which may go over several lines.
  private mutating func takeDirective() {
    endProse()
    let first = index
    while index + 1 < lines.count, !lines[index].hasSuffix("-->") { index += 1 }
    let words = lines[first...index].map { trimmed($0) }.joined(separator: " ")
    let inside = words.dropFirst("<!-- ft ".count)
    let content = trimmed(inside.hasSuffix("-->") ? inside.dropLast(3) : inside)
    let name = content.prefix { $0.isLetter }
    let rest = trimmed(content.dropFirst(name.count).drop { $0 == ":" })
    blocks.append(.directive(name: String(name), text: rest, line: first + 1))
  }

  /// The path in `![words](path)`.
  private static func path(ofPicture line: Substring) -> String? {
    guard let start = line.firstRange(of: "]("), line.hasSuffix(")") else { return nil }
    return String(line[start.upperBound...].dropLast())
  }

  private mutating func takeHeading(_ line: Substring) {
    endProse()
    let marks = line.prefix { $0 == "#" }
    blocks.append(
      .heading(level: marks.count, text: trimmed(line.dropFirst(marks.count)), line: index + 1))
  }

  private mutating func endProse() {
    while let first = prose.first, trimmed(first).isEmpty { prose.removeFirst() }
    while let last = prose.last, trimmed(last).isEmpty { prose.removeLast() }
    if !prose.isEmpty { blocks.append(.prose(prose.joined(separator: "\n"))) }
    prose = []
  }
}

/// A text without the white space at both ends.
func trimmed(_ text: some StringProtocol) -> String {
  let start = text.drop { $0.isWhitespace }
  guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(start[...last])
}
