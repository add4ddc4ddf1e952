/// Records over parallel axes as SVG; the same ones give the same bytes.
///
/// The first line, the best, stands out.
package struct ParallelChart: Hashable, Sendable {
  private let parallels: Parallels

  private static let width = 640.0
  private static let height = 300.0
  private static let margin = (side: 70.0, top: 52.0, bottom: 28.0)

  package init(_ parallels: Parallels) { self.parallels = parallels }

  /// The picture as one `<svg>` element, ended by a line feed.
  package var svg: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
    class="ft-chart" role="img">
    <title>\(MarkupText.escaped(parallels.title))</title>
    <desc>\(MarkupText.escaped(parallels.plainText))</desc>
    <style>.ft-chart{color:#333;font:12px sans-serif}\
    @media(prefers-color-scheme:dark){.ft-chart{color:#ccc}}\
    @media print{.ft-chart{color:#333}}</style>
    \(text(parallels.title, x: 8, y: 18, anchor: "start"))\(axes)\(lines)</svg>

    """
  }

  private var axes: String {
    parallels.axes.indices.map { axis -> String in
      let x = place(x: axis)
      let ends = self.ends(of: axis)
      return "<path d=\"M\(number(x)) \(number(Self.margin.top))V\(number(bottom))\" "
        + "stroke=\"currentColor\" stroke-opacity=\".4\"/>\n"
        + text(parallels.axes[axis], x: x, y: Self.margin.top - 18, anchor: "middle")
        + text(ends.high, x: x, y: Self.margin.top - 4, anchor: "middle")
        + text(ends.low, x: x, y: bottom + 16, anchor: "middle")
    }.joined()
  }

  /// What lies at an axis's ends; nothing where all lines have one value, which is in the middle.
  private func ends(of axis: Int) -> (low: String, high: String) {
    let places = parallels.places(axis: axis)
    func text(at end: Double) -> String {
      places.firstIndex(of: end).map { parallels.lines[$0][axis].text } ?? ""
    }
    return (text(at: 0), text(at: 1))
  }

  /// The best is drawn last, above the others.
  private var lines: String {
    let places = parallels.axes.indices.map { parallels.places(axis: $0) }
    return parallels.lines.indices.reversed().map { line -> String in
      let points = parallels.axes.indices.compactMap { axis -> String? in
        places[axis][line].map { share in
          "\(number(place(x: axis))) \(number(bottom - share * (bottom - Self.margin.top)))"
        }
      }
      let style =
        line == 0
        ? "stroke=\"#e07b1a\" stroke-width=\"2.5\"" : "stroke=\"#2a7de1\" stroke-opacity=\".45\""
      return "<path d=\"M\(points.joined(separator: "L"))\" fill=\"none\" \(style)/>\n"
    }.joined()
  }

  private var bottom: Double { Self.height - Self.margin.bottom }

  private func place(x axis: Int) -> Double {
    let room = Self.width - 2 * Self.margin.side
    return Self.margin.side + room * Double(axis) / Double(max(1, parallels.axes.count - 1))
  }

  private func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }

  private func text(_ text: String, x: Double, y: Double, anchor: String) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" "
      + "fill=\"currentColor\">\(MarkupText.escaped(text))</text>\n"
  }
}
