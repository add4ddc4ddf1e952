package import Reporting

/// Curves drawn in letters, with an axis on the left and one below.
package struct ChartRenderer: Sendable {
  private let theme: Theme
  private let width: Int

  private let rows: Int

  /// A wider plot shows nothing more.
  private static let largestWidth = 78
  /// The points of a curve of no more are marked: they are what is known of it.
  private static let mostMarks = 20

  /// - Parameters:
  ///   - theme: the colours and letters allowed.
  ///   - width: the columns of the terminal.
  package init(theme: Theme, width: Int) {
    self.init(theme: theme, width: min(width, Self.largestWidth), rows: 12)
  }

  /// - Parameters:
  ///   - theme: the colours and letters allowed.
  ///   - width: the columns that it takes.
  ///   - rows: the rows of the plot; four more are around it.
  package init(theme: Theme, width: Int, rows: Int) {
    (self.theme, self.width, self.rows) = (theme, width, rows)
  }

  /// The chart, each line ended by a line feed; of no points, the plain text.
  package func text(_ chart: Chart) -> String {
    let points = chart.series.flatMap(\.points).filter(Self.isDrawn)
    guard !points.isEmpty, width >= 24 else { return VisibleText.of(Report.chart(chart).plainText) }
    let y = AxisScale(points.map(\.y), tickCount: 4)
    let labels = y.ticks.map(y.label)
    let margin = (labels.map(DisplayWidth.of).max() ?? 0) + 1
    let x = AxisScale(
      points.map(\.x), tickCount: max(2, (width - margin) / 12),
      isWhole: points.allSatisfy { $0.x == $0.x.rounded() })
    var canvas = DotCanvas(
      columns: width - margin - 1, rows: rows, allowsUnicode: theme.allowsUnicode)
    for (curve, series) in chart.series.enumerated() { draw(series, curve, x, y, on: &canvas) }
    return heading(chart) + body(canvas, y, labels, margin: margin)
      + bottom(chart, x, margin: margin, columns: canvas.columns)
  }

  private func draw(
    _ series: Series, _ curve: Int, _ x: AxisScale, _ y: AxisScale, on canvas: inout DotCanvas
  ) {
    var last: (x: Int, y: Int)?
    for point in series.points {
      guard Self.isDrawn(point) else {
        last = nil
        continue
      }
      let place = (
        x: Int((x.share(of: point.x) * Double(canvas.width - 1)).rounded()),
        y: Int((y.share(of: point.y) * Double(canvas.height - 1)).rounded())
      )
      canvas.line(from: last ?? place, to: place, curve: curve)
      if series.points.count <= Self.mostMarks { canvas.mark(place, curve: curve) }
      last = place
    }
  }

  private static func isDrawn(_ point: Series.Point) -> Bool {
    [point.x, point.y].allSatisfy { $0.isFinite && abs($0) < 1e300 }
  }

  // MARK: Around the curves

  private func heading(_ chart: Chart) -> String {
    let title = VisibleText.of("\(chart.title): \(chart.yLabel) over \(chart.xLabel)")
    let legend = chart.series.enumerated().map { curve, series -> String in
      let sign = theme.allowsUnicode ? "━" : String(DotCanvas.signs[curve % DotCanvas.signs.count])
      let last = series.points.count > 1 ? series.points.last : nil
      let ends = [series.points.first, last].compactMap { $0?.y }
        .map { NumberText.shortest(rounded($0)) }
      let arrow = theme.allowsUnicode ? " → " : " -> "
      let range = ends.isEmpty ? "no points" : ends.joined(separator: arrow)
      return "  " + theme.paint(sign, Self.role(curve)) + " " + VisibleText.of(series.name) + "  "
        + range
    }
    return theme.paint(title, .heading) + "\n" + legend.joined() + "\n"
  }

  private func body(
    _ canvas: DotCanvas, _ y: AxisScale, _ labels: [String], margin: Int
  ) -> String {
    let places = y.ticks.map { tick in
      canvas.rows - 1 - Int((y.share(of: tick) * Double(canvas.rows - 1)).rounded())
    }
    return (0..<canvas.rows).map { row -> String in
      let label = zip(places, labels).first { $0.0 == row }?.1 ?? ""
      let gap = String(repeating: " ", count: margin - 1 - DisplayWidth.of(label))
      let axis = theme.allowsUnicode ? (label.isEmpty ? "│" : "┤") : "|"
      let curves = canvas.letters(inRow: row).map { theme.paint($0.text, Self.role($0.curve)) }
      return gap + theme.paint(label + " " + axis, .secondary) + trimmedEnd(curves.joined()) + "\n"
    }.joined()
  }

  private func bottom(_ chart: Chart, _ x: AxisScale, margin: Int, columns: Int) -> String {
    var marks = Array(repeating: Character(theme.allowsUnicode ? "─" : "-"), count: columns)
    var labels = Array(repeating: Character(" "), count: columns)
    for tick in x.ticks {
      let place = Int((x.share(of: tick) * Double(columns - 1)).rounded())
      marks[place] = theme.allowsUnicode ? "┬" : "+"
      let label = Array(x.label(tick))
      let start = max(0, min(columns - label.count, place - label.count / 2))
      let isFree = labels[max(0, start - 1)..<min(columns, start + label.count + 1)]
        .allSatisfy { $0 == " " }
      guard isFree, label.count <= columns else { continue }
      labels.replaceSubrange(start..<start + label.count, with: label)
    }
    let gap = String(repeating: " ", count: margin)
    let corner = theme.allowsUnicode ? "└" : "+"
    let line = theme.paint(corner + String(marks), .secondary)
    let numbers = theme.paint(trimmedEnd(String(labels)), .secondary)
    return gap + line + "\n" + gap + " " + numbers + "\n"
  }

  private static func role(_ curve: Int) -> Theme.Role {
    [.bar, .warning, .note, .secondaryMark][curve % 4]
  }

  /// Four digits that count.
  private func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e12 { scale *= 10 }
    return (value * scale).rounded() / scale
  }

  private func trimmedEnd(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }
}
