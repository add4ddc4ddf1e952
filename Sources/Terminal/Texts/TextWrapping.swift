import Reporting

/// Breaks lines between words so that they fit a width.
package enum TextWrapping {
  /// Returns the lines of `text`, none wider than `width` columns unless a single word is.
  package static func lines(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let candidate = line.isEmpty ? String(word) : line + " " + word
      if DisplayWidth.of(candidate) > max(1, width), !line.isEmpty {
        lines.append(line)
        line = String(word)
      } else {
        line = candidate
      }
    }
    return lines + [line]
  }

  /// Returns `text` with each line that is too wide broken; what follows a break stands under the
  /// beginning of its line, or under its second column in a line such as `  name   what it is`.
  static func paragraphs(_ text: String, width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      DisplayWidth.of(String(line)) > width ? broken(line, width: width) : String(line)
    }.joined(separator: "\n")
  }

  private static func broken(_ line: Substring, width: Int) -> String {
    let head = head(of: line)
    // A head that leaves little room is broken as any other text.
    let isNarrow = DisplayWidth.of(String(head)) * 2 > width
    let kept = isNarrow ? line.prefix { $0 == " " } : head
    let indent = DisplayWidth.of(String(kept))
    let rest = lines(String(line.dropFirst(kept.count)), width: width - indent)
    let separator = "\n" + String(repeating: " ", count: indent)
    return kept + rest.map(withoutTrailingSpace).joined(separator: separator)
  }

  /// The indentation of a line, with its first column when two spaces or more end one.
  private static func head(of line: Substring) -> Substring {
    let indent = line.prefix { $0 == " " }
    let body = line.dropFirst(indent.count)
    guard let gap = body.firstRange(of: "  ") else { return indent }
    let second = body[gap.upperBound...].drop { $0 == " " }
    return line[..<second.startIndex]
  }

  private static func withoutTrailingSpace(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
