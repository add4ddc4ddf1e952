extension Page {
  /// A text that a page carries unseen, for programs, to its last character.
  package struct Attachment: Hashable, Sendable {
    /// What it says.
    package let text: String
    /// The SHA-256 of the text as it was written, in hexadecimal digits.
    package let sha256: String

    package init(_ text: String, sha256: String) {
      self.text = text
      self.sha256 = sha256
    }

    private static let opening = "<pre hidden id=\"tunebook-notebook\" data-sha256=\""
    private static let closing = "</pre>"

    /// The element that holds the text, on lines of its own.
    ///
    /// All else in a page is escaped, so that no other line can begin like its first one.
    var html: String { "\(Self.opening)\(sha256)\">\n\(Self.escaped(text))\n\(Self.closing)" }

    /// What stands in a page, with the number of the line that each text begins on, from 1; nil for an
    /// element that ``html`` would not have written.
    package static func all(in html: String) -> [(line: Int, attachment: Attachment?)] {
      // By bytes: a carriage return before a line feed would be one character with it.
      let lines = html.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .map { Substring($0) }
      var found: [(line: Int, attachment: Attachment?)] = []
      for (index, line) in lines.enumerated() where line.hasPrefix(opening) {
        let hash = line.dropFirst(opening.count).prefix { $0.isHexDigit }
        let isWhole = line.dropFirst(opening.count + hash.count) == "\">"
        let inside = lines[(index + 1)...].prefix { $0 != closing[...] }
        let isClosed = index + 1 + inside.count < lines.count
        let text = isWhole && isClosed ? unescaped(inside.joined(separator: "\n")) : nil
        found.append((index + 2, text.map { Attachment($0, sha256: String(hash)) }))
      }
      return found
    }

    /// The text as HTML has it: what ends an element, and what a reader of HTML would not keep, as numbers.
    private static func escaped(_ text: String) -> String {
      var result = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case _ where MarkupText.isForbidden(scalar.value): result += "&#\(scalar.value);"
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }

    /// The text that ``escaped(_:)`` was given; nil for what it does not give.
    private static func unescaped(_ text: String) -> String? {
      var result = ""
      var rest = text.unicodeScalars[...]
      while let scalar = rest.popFirst() {
        switch scalar {
        case "<", ">": return nil
        case "&":
          let name = rest.prefix { $0 != ";" }.prefix(8)
          rest = rest.dropFirst(name.count)
          guard rest.popFirst() == ";", let meant = Self.scalar(String(name)) else { return nil }
          result.unicodeScalars.append(meant)
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
      switch name {
      case "amp": return "&"
      case "lt": return "<"
      case "gt": return ">"
      default:
        guard name.hasPrefix("#"), let value = UInt32(name.dropFirst()) else { return nil }
        return MarkupText.isForbidden(value) ? Unicode.Scalar(value) : nil
      }
    }
  }
}
