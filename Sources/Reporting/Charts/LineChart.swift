/// Curves over a common axis, as SVG: axes with round ticks, labels, a legend.
///
/// The same chart gives the same bytes: numbers have one decimal, nothing is random or dated. Lines
/// and words take the colour of the text around them, so that light and dark pages both work.
package struct LineChart: Hashable, Sendable {
  private let chart: Chart
  private let xAxis: AxisScale
  private let yAxis: AxisScale

  private static let width = 640.0
  private static let height = 300.0
  /// Room for the labels around the curves.
  private static let margin = (left: 64.0, right: 16.0, top: 32.0, bottom: 46.0)
  /// Told apart on white and on black, and by people who see red and green alike.
  private static let colors = ["#2a7de1", "#e07b1a", "#1f9e6e", "#b65fc9", "#8a8a8a"]
  /// A curve of more points is drawn by the lowest and the highest of each stretch.
  static let longestCurve = 600

  /// Chooses axes that hold every finite point.
  package init(_ chart: Chart) {
    self.chart = chart
    let points = chart.series.flatMap(\.points)
    xAxis = AxisScale(
      points.map(\.x), tickCount: 8, isWhole: points.allSatisfy { $0.x == $0.x.rounded() })
    yAxis = AxisScale(points.map(\.y), tickCount: 5)
  }

  /// The picture as one `<svg>` element, ended by a line feed.
  package var svg: String {
    let title = MarkupText.escaped(chart.title)
    let about = MarkupText.escaped(Report.chart(chart).plainText)
    let size = "\(Int(Self.width)) \(Int(Self.height))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" class="ft-chart" role="img">
      <title>\(title)</title>
      <desc>\(about)</desc>
      <style>.ft-chart{color:#333;font:12px sans-serif}\
      @media(prefers-color-scheme:dark){.ft-chart{color:#ccc}}\
      @media print{.ft-chart{color:#333}}</style>
      \(texts([(Self.margin.left, 18, "start", chart.title)]))\
      \(yGrid)\(xTicks)\(axisNames)\(curves)\(legend)</svg>

      """
  }

  // MARK: Axes

  private var yGrid: String {
    yAxis.ticks.map { tick -> String in
      let y = place(y: tick)
      let line = "M\(number(Self.margin.left)) \(number(y))H\(number(Self.right))"
      return "<path d=\"\(line)\" stroke=\"currentColor\" stroke-opacity=\".18\"/>\n"
        + texts([(Self.margin.left - 8, y + 4, "end", yAxis.label(tick))])
    }.joined()
  }

  private var xTicks: String {
    xAxis.ticks.map { tick -> String in
      let x = place(x: tick)
      let line = "M\(number(x)) \(number(Self.bottom))v4"
      return "<path d=\"\(line)\" stroke=\"currentColor\"/>\n"
        + texts([(x, Self.bottom + 17, "middle", xAxis.label(tick))])
    }.joined()
  }

  private var axisNames: String {
    let middle = (Self.margin.left + Self.right) / 2
    let y = (Self.margin.top + Self.bottom) / 2
    let turned = "transform=\"rotate(-90 14 \(number(y)))\""
    return texts([(middle, Self.height - 8, "middle", chart.xLabel)])
      + "<text x=\"14\" y=\"\(number(y))\" \(turned) text-anchor=\"middle\" "
      + "fill=\"currentColor\">\(MarkupText.escaped(chart.yLabel))</text>\n"
  }

  // MARK: Curves

  private var curves: String {
    zip(chart.series.indices, chart.series).map { index, series -> String in
      let color = Self.colors[index % Self.colors.count]
      let points = Self.thinned(series.points)
      let style = "fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.8\" stroke-linejoin=\"round\""
      // A few points are dots as well: a curve of one point is no line.
      let dots =
        points.count > 30 ? "" : points.filter(Self.isDrawn).map { dot($0, color) }.joined()
      return "<path d=\"\(path(points))\" \(style)/>\n" + dots
    }.joined()
  }

  /// A line through the points; one that is no number leaves a gap.
  private func path(_ points: [Series.Point]) -> String {
    var isPenDown = false
    return points.map { point -> String in
      guard Self.isDrawn(point) else {
        isPenDown = false
        return ""
      }
      defer { isPenDown = true }
      return (isPenDown ? "L" : "M") + "\(number(place(x: point.x))) \(number(place(y: point.y)))"
    }.joined()
  }

  private func dot(_ point: Series.Point, _ color: String) -> String {
    "<circle cx=\"\(number(place(x: point.x)))\" cy=\"\(number(place(y: point.y)))\" "
      + "r=\"2.5\" fill=\"\(color)\"/>\n"
  }

  private var legend: String {
    var x = Self.right
    return zip(chart.series.indices, chart.series).reversed().map { index, series -> String in
      defer { x -= Double(DisplayWidth.of(series.name)) * 7 + 34 }
      let color = Self.colors[index % Self.colors.count]
      let line = "M\(number(x - Double(DisplayWidth.of(series.name)) * 7 - 20)) 14h14"
      return "<path d=\"\(line)\" stroke=\"\(color)\" stroke-width=\"3\"/>\n"
        + texts([(x, 18, "end", series.name)])
    }.joined()
  }

  /// The points, or of many the lowest and the highest of each stretch, in their order.
  static func thinned(_ points: [Series.Point]) -> [Series.Point] {
    guard points.count > longestCurve else { return points }
    let stretches = longestCurve / 2
    return (0..<stretches).flatMap { stretch -> [Series.Point] in
      let first = points.count * stretch / stretches
      let part = points[first..<points.count * (stretch + 1) / stretches].filter(isDrawn)
      guard let low = part.min(by: { $0.y < $1.y }), let high = part.max(by: { $0.y < $1.y }),
        low != high
      else { return Array(part.prefix(1)) }
      return low.x <= high.x ? [low, high] : [high, low]
    }
  }

  // MARK: Places

  private static var right: Double { width - margin.right }
  private static var bottom: Double { height - margin.bottom }

  private static func isDrawn(_ point: Series.Point) -> Bool {
    [point.x, point.y].allSatisfy { $0.isFinite && abs($0) < 1e300 }
  }

  private func place(x: Double) -> Double {
    Self.margin.left + xAxis.share(of: x) * (Self.right - Self.margin.left)
  }

  private func place(y: Double) -> Double {
    Self.bottom - yAxis.share(of: y) * (Self.bottom - Self.margin.top)
  }

  private func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }

  private func texts(_ items: [(x: Double, y: Double, anchor: String, text: String)]) -> String {
    items.map { item in
      "<text x=\"\(number(item.x))\" y=\"\(number(item.y))\" text-anchor=\"\(item.anchor)\" "
        + "fill=\"currentColor\">\(MarkupText.escaped(item.text))</text>\n"
    }.joined()
  }
}
