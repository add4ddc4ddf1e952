package import Reporting

/// A place in a file of rows, with a look at its line.
package struct DatasetPlace: Hashable, Sendable {
  /// The file's name, without its folder.
  package let file: String
  /// 1-based line.
  package let line: Int
  /// 1-based column, in Unicode scalars.
  package let column: Int
  /// The line, or what of a long one is around the place.
  package let excerpt: Excerpt

  /// The place as editors and terminals understand it, such as `support.jsonl:412:36`.
  package var text: String { "\(file):\(line):\(column)" }

  /// The line with the place marked, and a few words at it.
  package func label(_ words: String = "") -> Diagnostic.Label {
    let shown = excerpt.text.unicodeScalars.prefix(excerpt.column - 1)
    let before = String(String.UnicodeScalarView(shown))
    // A source file counts its columns in characters, of which some are several scalars.
    let source = SourceFile(
      .file(file), excerpt.text, firstLine: line, firstColumn: column - before.count)
    return Diagnostic.Label(source, SourceSpan(before.utf8.count, before.utf8.count + 1), words)
  }
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
    self.column = shown[..<(fault - start)].reduce(0) { $0 + $1.unicodeScalars.count } + 1
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
