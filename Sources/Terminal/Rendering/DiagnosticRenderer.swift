package import Reporting

/// Diagnostics in the colours of a theme.
package struct DiagnosticRenderer: Sendable {
  private let theme: Theme

  private let width: Int

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - theme: the colours allowed.
  ///   - width: the columns of the terminal, to which sentences and advice are broken; nil to leave it whole.
  package init(theme: Theme, width: Int? = nil) {
    self.theme = theme
    self.width = width ?? .max
  }

  /// The whole message, each line ended by a line feed; no control character of a file gets out.
  package func text(_ diagnostic: Diagnostic) -> String {
    var label = ""
    var head = ""
    return diagnostic.styledText.map { piece in
      if case .severity = piece.style { head = piece.text }
      if piece.style == .message { return paint(wrapped(message: piece, after: head)) }
      if piece.style == .primaryMark || piece.style == .secondaryMark { return marked(piece) }
      if piece.style == .hintLabel { label = piece.text }
      guard piece.style == .hintText, label != Self.typed else { return paint(piece) }
      return paint(wrapped(piece, under: label))
    }.joined()
  }

  /// The label of lines to type, which stay on one line to be copied.
  private static let typed = "  try: "

  /// The sentence broken to the width, with what follows a break indented as the place is.
  private func wrapped(message piece: StyledText, after head: String) -> StyledText {
    guard DisplayWidth.of(head + piece.text) > width else { return piece }
    let lines = TextWrapping.lines(head + piece.text, width: max(1, width - 2))
    return StyledText(
      String(lines.joined(separator: "\n  ").dropFirst(head.count)), piece.style)
  }

  /// What stands before source lines and marks.
  private static let gutter = "  | "
  /// The columns of a label beside its marks at the least; one with less room stands below them.
  private static let leastLabel = 24

  /// Marks with their label, which is broken between words: beside the marks, or else below them.
  private func marked(_ piece: StyledText) -> String {
    let marks = piece.text.prefix { " ^-".contains($0) }
    let indent = DisplayWidth.of(String(marks))
    let room = width - Self.gutter.count
    guard DisplayWidth.of(piece.text) > room, indent < piece.text.count - 1 else {
      return paint(piece)
    }
    let words = String(piece.text.dropFirst(marks.count).dropLast())
    let isBeside = room - indent >= min(Self.leastLabel, DisplayWidth.of(words))
    let column = isBeside ? indent : 0
    var lines = TextWrapping.lines(words, width: room - column)
    let blanks = String(repeating: " ", count: column)
    if isBeside {
      lines = lines.enumerated().map { $0.offset == 0 ? marks + $0.element : blanks + $0.element }
    } else {
      lines.insert(String(marks.reversed().drop { $0 == " " }.reversed()), at: 0)
    }
    return lines.map { paint(StyledText($0 + "\n", piece.style)) }
      .joined(separator: theme.paint(Self.gutter, .secondary))
  }

  private func wrapped(_ piece: StyledText, under label: String) -> StyledText {
    let indent = DisplayWidth.of(label)
    let lines = TextWrapping.lines(piece.text, width: width - indent)
    let separator = "\n" + String(repeating: " ", count: indent)
    return StyledText(lines.joined(separator: separator), piece.style)
  }

  private func paint(_ piece: StyledText) -> String {
    guard let role = role(of: piece.style) else { return VisibleText.of(piece.text) }
    // A line feed inside the colours would paint the rest of the line in some terminals.
    let isLine = piece.text.hasSuffix("\n")
    let words = isLine ? String(piece.text.dropLast()) : piece.text
    return theme.paint(VisibleText.of(words), role) + (isLine ? "\n" : "")
  }

  private func role(of style: StyledText.Style) -> Theme.Role? {
    switch style {
    case .plain, .message, .source, .hintText: nil
    case .severity(let severity): role(of: severity)
    case .place: .place
    case .gutter, .remark: .secondary
    case .primaryMark: .mark
    case .secondaryMark: .secondaryMark
    case .hintLabel: .hint
    }
  }

  private func role(of severity: Diagnostic.Severity) -> Theme.Role {
    switch severity {
    case .error: .error
    case .note: .note
    case .stopped: .warning
    }
  }
}
