/// Cleans what is pasted, and keeps long pastes aside so that the entry stays quick to edit.
package struct PastedTexts {
  /// Longer texts, in bytes, are shown as a placeholder: libedit draws the whole entry at each key.
  package static let longestShown = 16 << 10

  private var kept: [(placeholder: String, text: String)] = []

  package init() {}

  /// What to insert for a pasted text: itself without prompts and control characters, or a
  /// placeholder such as `[pasted 312 lines]`.
  package mutating func insertion(for pasted: String) -> String {
    let text = Self.withoutPrompts(Self.withoutControls(pasted))
    guard text.utf8.count > Self.longestShown else { return text }
    let lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count
    var placeholder = "[pasted \(lineCount) lines]"
    if kept.contains(where: { $0.placeholder == placeholder && $0.text != text }) {
      placeholder = "[pasted \(lineCount) lines, \(kept.count + 1)]"
    }
    kept.append((placeholder, text))
    return placeholder
  }

  /// The entry with the kept texts in the place of their placeholders.
  package func expanding(_ entry: String) -> String {
    var result = ""
    var rest = entry[...]
    while let next = rest.firstIndex(of: "["), !kept.isEmpty {
      result += rest[..<next]
      rest = rest[next...]
      if let paste = kept.first(where: { rest.hasPrefix($0.placeholder) }) {
        result += paste.text
        rest = rest.dropFirst(paste.placeholder.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result + rest
  }

  /// Leaves out control sequences such as `ESC[31m`, and control characters but line feed and tab.
  private static func withoutControls(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var isInSequence = false
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if isInSequence {
        // A control sequence ends at a byte of 0x40 to 0x7E; the bracket that opens it does not.
        isInSequence =
          (previous == "\u{1b}" && scalar == "[") || (0x20...0x3F).contains(scalar.value)
      } else if scalar == "\u{1b}" {
        isInSequence = true
      } else if scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control {
        result.append(scalar)
      }
      previous = scalar
    }
    return String(result)
  }

  /// Leaves out our own prompts, `ft[3]> `, at the start of lines: people paste from transcripts.
  private static func withoutPrompts(_ text: String) -> String {
    guard text.contains("ft[") else { return text }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map(withoutPrompt).joined(separator: "\n")
  }

  private static func withoutPrompt(_ line: Substring) -> Substring {
    guard line.hasPrefix("ft[") else { return line }
    let afterNumber = line.dropFirst(3).drop { $0.isASCII && $0.isNumber }
    let mark = afterNumber.dropFirst().first
    let isPrompt =
      afterNumber.startIndex != line.dropFirst(3).startIndex && afterNumber.first == "]"
      && mark.map { ">{[(".contains($0) } == true
    guard isPrompt else { return line }
    let text = afterNumber.dropFirst(2)
    return text.first == " " ? text.dropFirst() : text
  }
}
