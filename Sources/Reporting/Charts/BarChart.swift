/// Bars as SVG, a line each; the same bars give the same bytes.
package struct BarChart: Hashable, Sendable {
  private let bars: Bars

  private static let width = 640.0
  private static let lineHeight = 22.0
  private static let top = 34.0
  private static let amountWidth = 70.0

  package init(_ bars: Bars) { self.bars = bars }

  /// The picture as one `<svg>` element, ended by a line feed.
  package var svg: String {
    let height = Self.top + Self.lineHeight * Double(bars.items.count) + 8
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(height))" \
      class="ft-chart" role="img">
      <title>\(MarkupText.escaped(bars.title))</title>
      <desc>\(MarkupText.escaped(bars.plainText))</desc>
      <style>.ft-chart{color:#333;font:12px sans-serif}\
      @media(prefers-color-scheme:dark){.ft-chart{color:#ccc}}\
      @media print{.ft-chart{color:#333}}</style>
      \(text("\(bars.title): \(bars.unit) by \(bars.label)", x: 8, y: 18, anchor: "start"))\
      \(lines)</svg>

      """
  }

  private var lines: String {
    let left = min(240, (bars.items.map { Double(DisplayWidth.of($0.label)) }.max() ?? 0) * 7 + 20)
    let room = Self.width - left - Self.amountWidth
    let largest = bars.items.map(\.amount).filter(\.isFinite).max() ?? 0
    return bars.items.enumerated().map { index, item -> String in
      let y = Self.top + Self.lineHeight * Double(index)
      let share = largest > 0 && item.amount.isFinite ? max(0, item.amount / largest) : 0
      let place = "x=\"\(number(left))\" y=\"\(number(y))\""
      return text(item.label, x: left - 8, y: y + 13, anchor: "end")
        + "<rect \(place) width=\"\(number(room * share))\" height=\"16\" fill=\"#2a7de1\"/>\n"
        + text(
          NumberText.shortest(item.amount), x: left + room * share + 6, y: y + 13, anchor: "start")
    }.joined()
  }

  private func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }

  private func text(_ text: String, x: Double, y: Double, anchor: String) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" "
      + "fill=\"currentColor\">\(MarkupText.escaped(text))</text>\n"
  }
}
