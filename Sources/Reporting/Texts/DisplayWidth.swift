/// How many terminal columns characters take; carets and tables are aligned by it.
package enum DisplayWidth {
  /// Columns between tab stops when a source line is shown.
  package static let tabStop = 4

  /// Columns of one line of text that has no tabs.
  package static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// Columns of one character: 0 for a lone mark, 2 for wide East Asian letters and emoji, else 1.
  package static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if first.value < 0x300 { return first.value < 0x20 || first.value == 0x7F ? 0 : 1 }
    if scalars.contains(where: { $0.value == 0xFE0F }) || isWide(first) { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }

  /// A line made safe to show: tabs become spaces to the next stop, control characters `?`.
  ///
  /// A data file may hold escape sequences; none of them reaches the terminal.
  package static func shown(_ line: String) -> String {
    var result = ""
    var width = 0
    for character in line {
      if character == "\t" {
        let spaces = tabStop - width % tabStop
        result += String(repeating: " ", count: spaces)
        width += spaces
      } else if isControl(character) {
        result += "?"
        width += 1
      } else {
        result.append(character)
        width += of(character)
      }
    }
    return result
  }

  private static func isControl(_ character: Character) -> Bool {
    character.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
  }

  /// Blocks that terminals draw two columns wide.
  ///
  /// Source: Unicode Standard Annex 11 (East Asian Width), classes W and F, joined to blocks.
  private static let wideBlocks: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x2E80...0x303E,
    0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF,
    0x20000...0x3FFFD,
  ]

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isEmojiPresentation || wideBlocks.contains { $0.contains(scalar.value) }
  }
}
