import Reporting

/// Text of unknown origin, made safe to show: a data file or a model may hold escape sequences.
package enum VisibleText {
  /// The text with control characters, and those that reorder or hide text, spelt out: `\x1b`.
  ///
  /// Line feeds and tabs stay.
  package static func of(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHidden(scalar) {
        result += spelling(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The beginning of a line that fits `columns`, ended by `ending` when something was cut off.
  package static func cut(_ line: String, to columns: Int, ending: String = "") -> String {
    guard DisplayWidth.of(line) > columns else { return line }
    var room = columns - DisplayWidth.of(ending)
    guard room > 0 else { return "" }
    var result = ""
    for character in line {
      room -= DisplayWidth.of(character)
      guard room >= 0 else { break }
      result.append(character)
    }
    return result + ending
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0: true
    // Marks and overrides of direction, and the byte order mark.
    case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  private static func spelling(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    guard scalar.value < 0x100 else { return "\\u{\(digits)}" }
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
  }
}
