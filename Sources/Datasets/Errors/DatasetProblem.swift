package import Reporting

/// What is wrong with one row of a file: the place, the reason, and a look at the line.
package struct DatasetProblem: Hashable, Sendable {
  /// The file's name, without its folder.
  package let file: String
  /// 1-based line.
  package let line: Int
  /// 1-based column, in characters; 1 where the whole row is meant.
  package let column: Int
  /// What is wrong, with the values that show it.
  package let reason: ProblemReason
  /// The line, or what of a long one is around the fault.
  package let excerpt: Excerpt

  /// The place as editors and terminals understand it, such as `support.jsonl:412:36`.
  package var place: String { "\(file):\(line):\(column)" }

  /// What the user is told of a row, one of those called `part`: the line with its place marked.
  func diagnostic(of part: String) -> Diagnostic {
    let source = SourceFile(
      .file(file), excerpt.text, firstLine: line, firstColumn: column - excerpt.column + 1)
    let start = excerpt.text.prefix(excerpt.column - 1).utf8.count
    var diagnostic = reason.diagnostic(of: "line \(line) of \(file)", in: part)
    diagnostic.primary = Diagnostic.Label(
      source, SourceSpan(start, start + 1), reason.detail ?? "")
    return diagnostic
  }
}

extension DatasetProblem: Explained {
  package var diagnostic: Diagnostic { diagnostic(of: "data") }
}

/// A piece of a line that is safe to print: control characters are shown as visible signs.
package struct Excerpt: Hashable, Sendable {
  /// What is shown; `…` stands for what was cut off.
  package let text: String
  /// 1-based column in `text` of the fault.
  package let column: Int
  /// Longest piece of a line that is shown, in characters.
  static let limit = 88

  /// Cuts the part around `column` (1-based) out of a line.
  init(line: String, column: Int) {
    let characters = Array(line.unicodeScalars)
    let fault = min(max(column, 1) - 1, characters.count)
    let start = characters.count <= Self.limit ? 0 : max(0, fault - Self.limit * 2 / 3)
    let end = min(characters.count, start + Self.limit)
    var shown = characters[start..<end].map(Self.visible)
    if start > 0 { shown[0] = "…" }
    if end < characters.count { shown[shown.count - 1] = "…" }
    text = shown.joined()
    self.column = shown[..<(fault - start)].reduce(0) { $0 + $1.count } + 1
  }

  /// Returns a scalar as it may be printed: no control character, no change of direction.
  private static func visible(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x09: " "
    case 0x00..<0x20: Unicode.Scalar(0x2400 + scalar.value).map(String.init) ?? "?"
    case 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F:
      "\\u{\(String(scalar.value, radix: 16))}"
    default: String(scalar)
    }
  }
}

/// The problems of a file: all are counted, the first hundred are kept.
package struct ProblemList: Hashable, Sendable {
  /// How many problems are kept to be shown.
  package static let limit = 100
  /// The first problems, in the order of the file.
  package private(set) var shown: [DatasetProblem] = []
  /// How many there are in all, shown or not.
  package private(set) var count = 0

  package init() {}

  /// Whether every row can be used.
  package var isEmpty: Bool { count == 0 }

  /// Counts a problem, and keeps it while there is room.
  package mutating func append(_ problem: @autoclosure () -> DatasetProblem) {
    count += 1
    if shown.count < Self.limit { shown.append(problem()) }
  }

  /// What the user is told: the first problem, and how many more there are; `part` is what the rows
  /// are called.
  func diagnostic(of part: String, summary: String) -> Diagnostic {
    guard let first = shown.first else { return Diagnostic(code: .unreadableData, summary) }
    var diagnostic = first.diagnostic(of: part)
    if count > 1 {
      let others = shown.dropFirst().prefix(3).map(\.place).joined(separator: ", ")
      diagnostic.hints.append(Diagnostic.Hint("more", "\(summary): also \(others)"))
    }
    return diagnostic
  }
}
