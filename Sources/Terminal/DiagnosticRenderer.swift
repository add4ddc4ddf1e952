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
