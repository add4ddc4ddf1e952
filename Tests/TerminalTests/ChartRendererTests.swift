import Reporting
import Terminal
import Testing

@Suite struct ChartRendererTests {
  private static let line = Chart(
    "loss", x: "step", y: "nats",
    [Series("train", (0..<40).map { .init(x: Double($0), y: Double(40 - $0)) })])
  private static let colored = Theme(allowsColor: true, allowsRedraw: true, allowsUnicode: true)
  private static let unicode = Theme(allowsColor: false, allowsRedraw: true, allowsUnicode: true)

  @Test func drawsAFallingLineInASCII() {
    let text = ChartRenderer(theme: .plain, width: 40).text(Self.line)
    #expect(
      text == """
        loss: nats over step
          * train  40 -> 1
        40 |**
           |  ***
           |     ****
        30 |         ***
           |           ****
        20 |               ****
           |                  ***
           |                     ****
        10 |                         **
           |                           ****
           |                               ***
         0 |                                  *
           ++-----------------+----------------+
            0                20               40

        """)
  }

  @Test(arguments: [24, 40, 80, 200])
  func fitsTheWidth(width: Int) {
    for theme in [Theme.plain, Self.unicode] {
      let lines = ChartRenderer(theme: theme, width: width).text(Self.line).split(separator: "\n")
      #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= max(width, 24) })
    }
  }

  @Test func usesBrailleWhereItMay() {
    let text = ChartRenderer(theme: Self.unicode, width: 60).text(Self.line)
    #expect(text.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
    #expect(ChartRenderer(theme: Self.colored, width: 60).text(Self.line).contains("\u{1b}["))
  }

  @Test(arguments: [
    [], [Series.Point(x: 1, y: 2)], [.init(x: .nan, y: 1), .init(x: 1, y: .infinity)],
    [.init(x: 0, y: 1e299), .init(x: 1, y: -1e299)], [.init(x: 1, y: 3), .init(x: 1, y: 3)],
  ])
  func drawsWhateverComes(points: [Series.Point]) {
    let chart = Chart("odd", x: "x", y: "y", [Series("a", points), Series("b")])
    for width in [1, 30, 300] {
      #expect(!ChartRenderer(theme: Self.unicode, width: width).text(chart).isEmpty)
      #expect(!ChartRenderer(theme: .plain, width: width).text(chart).isEmpty)
    }
    #expect(LineChart(chart).svg.contains("</svg>"))
  }

  @Test func drawsBarsToTheEighthOfAColumn() {
    let bars = Bars("answers", label: "answer", unit: "rows", [.init("yes", 8), .init("no", 3)])
    #expect(
      BarsRenderer(theme: .plain, width: 24).text(bars)
        == "answers: rows by answer\n  yes |############### 8\n   no |###### 3\n")
    #expect(
      BarsRenderer(theme: Self.unicode, width: 24).text(bars)
        == "answers: rows by answer\n  yes │███████████████ 8\n   no │█████▋ 3\n")
  }
}
