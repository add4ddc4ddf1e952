import Foundation
import Reporting
import Testing

@Suite struct BarsTests {
  @Test func countsValuesInRoundStretches() {
    let bars = Bars(
      histogramOf: [0, 1, 9, 10, 10, 25, .nan], title: "lengths", label: "tokens", unit: "rows",
      binCount: 3)
    #expect(bars.items.map(\.label) == ["0 to 10", "10 to 20", "20 to 30"])
    #expect(bars.items.map(\.amount) == [3, 2, 1])
  }

  @Test func putsEqualValuesIntoOneStretch() {
    let bars = Bars(histogramOf: [5, 5, 5], title: "t", label: "l", unit: "u")
    #expect(bars.items.map(\.amount).reduce(0, +) == 3)
    #expect(bars.items.filter { $0.amount > 0 }.count == 1)
  }

  @Test func countsEveryValueOnce() {
    var seed: UInt64 = 1
    for _ in 0..<200 {
      let values = (0..<50).map { _ -> Double in
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int64(bitPattern: seed) >> 40) / 1000
      }
      let bars = Bars(histogramOf: values, title: "t", label: "l", unit: "u")
      #expect(bars.items.map(\.amount).reduce(0, +) == 50)
    }
  }

  @Test func drawsSVGThatIsWellFormedAndEscaped() {
    let bars = Bars(
      "a < b", label: "&", unit: "rows", [.init("<x>", 2), .init("\"q\"", .infinity)])
    let svg = BarChart(bars).svg
    let parser = XMLParserProbe(svg)
    #expect(parser.isWellFormed)
    #expect(!svg.contains("<x>"))
    #expect(svg == BarChart(bars).svg)
  }
}
