package import Reporting

/// What a command shows, for a terminal of some width or for a file.
package struct ReportRenderer: Sendable {
  private let theme: Theme
  private let width: Int

  /// Makes a renderer.
  ///
  /// - Parameters:
  ///   - theme: the colours and letters allowed.
  ///   - width: the columns of the terminal; nil for a file or pipe, where nothing is cut or broken.
  package init(theme: Theme, width: Int?) {
    self.theme = theme
    self.width = width ?? .max
  }

  /// The report, each line ended by a line feed.
  package func text(_ report: Report) -> String {
    switch report {
    case .text, .figure:
      TextWrapping.paragraphs(VisibleText.of(report.plainText), width: width)
    case .table(let table): TableRenderer(theme: theme, width: width).text(table)
    case .fields(let fields): aligned(fields)
    case .words(let words): self.words(words)
    case .chart(let chart): ChartRenderer(theme: theme, width: width).text(chart)
    case .bars(let bars): BarsRenderer(theme: theme, width: width).text(bars)
    case .diagnostic(let diagnostic):
      DiagnosticRenderer(theme: theme, width: width).text(diagnostic)
    case .group(let reports): reports.map(text).joined()
    }
  }

  /// The words in lines, the marked ones in colour too.
  private func words(_ words: [Report.MarkedWord]) -> String {
    var lines = ""
    var column = 0
    for word in words {
      let text = VisibleText.of(word.text)
      let length = DisplayWidth.of(text)
      if column > 0 {
        let isFull = column + 1 + length > width
        lines += isFull ? "\n" : " "
        column = isFull ? 0 : column + 1
      }
      lines += word.isMarked ? theme.paint(text, .hint) : text
      column += length
    }
    return lines + "\n"
  }

  private func aligned(_ fields: [Report.Field]) -> String {
    let names = fields.map { VisibleText.of($0.name) }
    let column = names.map(DisplayWidth.of).max() ?? 0
    return zip(names, fields).map { name, field in
      let gap = String(repeating: " ", count: column - DisplayWidth.of(name) + 2)
      let indent = String(repeating: " ", count: column + 2)
      let lines = TextWrapping.lines(VisibleText.of(field.value.text), width: width - column - 2)
      return theme.paint(name, .secondary) + gap + lines.joined(separator: "\n" + indent) + "\n"
    }.joined()
  }
}
