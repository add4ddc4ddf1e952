/// A piece of text and what it is, for a theme to colour; the text is complete without colour.
package struct StyledText: Hashable, Sendable {
  /// What a piece of a rendered diagnostic is.
  package enum Style: Hashable, Sendable {
    case plain
    /// `error[L101]:`, `note:`, `stopped[T501]:`.
    case severity(Diagnostic.Severity)
    case message
    case place
    /// The bar and the space before source lines.
    case gutter
    case source
    /// Carets under the primary span and their label.
    case primaryMark
    /// Dashes under the secondary span and their label.
    case secondaryMark
    /// `try:` and its kin.
    case hintLabel
    /// A line to type.
    case hintText
    case remark
  }

  /// The piece as it is printed.
  package let text: String
  /// What it is, which a theme gives a colour.
  package let style: Style

  package init(_ text: String, _ style: Style) {
    self.text = text
    self.style = style
  }
}

extension Diagnostic {
  /// The rendering without colour: several lines, each ended by a line feed.
  package var plainText: String { styledText.map(\.text).joined() }

  /// The rendering as pieces with their styles.
  ///
  /// Shape: severity and code, message; the place; the line; carets under the exact span with their
  /// label; hints. Furniture is ASCII; carets count terminal columns, not characters.
  package var styledText: [StyledText] {
    let head = code.map { "\(severity.rawValue)[\($0.id)]:" } ?? "\(severity.rawValue):"
    var pieces = [
      StyledText(head, .severity(severity)), StyledText(" " + message + "\n", .message),
    ]
    if let primary {
      pieces += Self.placeLine(primary) + Self.sourceLine(primary)
      pieces += Self.marks(primary, with: "^", style: .primaryMark)
    }
    if let secondary { pieces += Self.render(secondary, after: primary) }
    return pieces + hintLines
  }

  private static func render(_ second: Label, after first: Label?) -> [StyledText] {
    var pieces: [StyledText] = []
    if first?.file != second.file { pieces += placeLine(second) }
    let line = second.file.lineSpan(at: second.span.start)
    if first?.file != second.file || first.map({ $0.file.lineSpan(at: $0.span.start) }) != line {
      pieces += sourceLine(second)
    }
    return pieces + marks(second, with: "-", style: .secondaryMark)
  }

  private static func placeLine(_ label: Label) -> [StyledText] {
    [StyledText("  " + label.file.place(at: label.span.start) + "\n", .place)]
  }

  private static func sourceLine(_ label: Label) -> [StyledText] {
    [StyledText("  | ", .gutter), StyledText(Excerpt(label).text + "\n", .source)]
  }

  private static func marks(_ label: Label, with mark: String, style: StyledText.Style)
    -> [StyledText]
  {
    let excerpt = Excerpt(label)
    let marks =
      String(repeating: " ", count: excerpt.markStart)
      + String(repeating: mark, count: excerpt.markWidth)
    let words = label.text.isEmpty ? "" : " " + label.text
    return [StyledText("  | ", .gutter), StyledText(marks + words + "\n", style)]
  }

  /// Hints in order; the remarks of neighbouring hints with one label start in one column.
  private var hintLines: [StyledText] {
    hints.flatMap { hint -> [StyledText] in
      let label = StyledText("  \(hint.label): ", .hintLabel)
      guard !hint.remark.isEmpty else { return [label, StyledText(hint.text + "\n", .hintText)] }
      let column =
        hints.filter { $0.label == hint.label && !$0.remark.isEmpty }
        .map { DisplayWidth.of($0.text) }.max() ?? 0
      let gap = String(repeating: " ", count: column - DisplayWidth.of(hint.text) + 6)
      return [
        label, StyledText(hint.text, .hintText), StyledText(gap + hint.remark + "\n", .remark),
      ]
    }
  }
}

/// The part of a source line that is shown, and where in it the marks go, in terminal columns.
private struct Excerpt {
  let text: String
  let markStart: Int
  let markWidth: Int

  /// Columns shown of a longer line: a row of a data file may have thousands.
  private static let limit = 100
  private static let lead = 40

  init(_ label: Diagnostic.Label) {
    let file = label.file
    let line = file.lineSpan(at: label.span.start)
    let before = DisplayWidth.shown(file.text(of: SourceSpan(line.start, label.span.start)))
    let end = min(label.span.end, line.end)
    let through = DisplayWidth.shown(file.text(of: SourceSpan(line.start, end)))
    let whole = DisplayWidth.shown(file.text(of: line))
    let start = DisplayWidth.of(before)
    let width = max(1, DisplayWidth.of(through) - start)
    guard DisplayWidth.of(whole) > Self.limit else {
      (text, markStart, markWidth) = (whole, start, width)
      return
    }
    let cut = max(0, start - Self.lead)
    let (shown, skipped) = Self.window(whole, from: cut)
    let dots = skipped > 0 ? "..." : ""
    text = dots + shown
    markStart = start - skipped + dots.utf8.count
    markWidth = min(width, max(1, DisplayWidth.of(text) - markStart))
  }

  /// At most `limit` columns of `line` from column `start`, with `...` for what follows.
  private static func window(_ line: String, from start: Int) -> (text: String, skipped: Int) {
    var column = 0
    var skipped = 0
    var text = ""
    for character in line {
      let width = DisplayWidth.of(character)
      if column < start {
        skipped += width
      } else if column - start + width > limit {
        return (text + "...", skipped)
      } else {
        text.append(character)
      }
      column += width
    }
    return (text, skipped)
  }
}
