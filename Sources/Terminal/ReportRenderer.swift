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
    case .chart(let chart): curves(chart)
    case .diagnostic(let diagnostic):
      DiagnosticRenderer(theme: theme, width: width).text(diagnostic)
    case .group(let reports): reports.map(text).joined()
    }
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

  /// A line a series: name, curve, first and last value.
  private func curves(_ chart: Chart) -> String {
    let names = chart.series.map { VisibleText.of($0.name) }
    let column = names.map(DisplayWidth.of).max() ?? 0
    let lines = zip(names, chart.series).map { name, series -> String in
      guard let first = series.points.first, let last = series.points.last else {
        return "  \(name): no points\n"
      }
      let padded = name + String(repeating: " ", count: column - DisplayWidth.of(name))
      let ends = [first, last].map { NumberText.fixed($0.y, decimals: 4) }
        .joined(separator: theme.allowsUnicode ? " → " : " -> ")
      let room = max(8, min(60, width - column - ends.count - 6))
      let curve = Sparkline.text(
        series.points.map(\.y), width: room, allowsUnicode: theme.allowsUnicode)
      return "  \(padded)  \(theme.paint(curve, .bar))  \(ends)\n"
    }
    let title = VisibleText.of("\(chart.title): \(chart.yLabel) over \(chart.xLabel)")
    return theme.paint(title, .heading) + "\n" + lines.joined()
  }
}
