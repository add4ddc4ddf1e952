package import Reporting

/// Diagnostics in the colours of a theme.
package struct DiagnosticRenderer: Sendable {
  private let theme: Theme

  package init(theme: Theme) { self.theme = theme }

  /// The whole message, each line ended by a line feed; no control character of a file gets out.
  package func text(_ diagnostic: Diagnostic) -> String {
    diagnostic.styledText.map(paint).joined()
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
