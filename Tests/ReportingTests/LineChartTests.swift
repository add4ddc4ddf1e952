import Reporting
import Testing

@Suite("LineChart") struct LineChartTests {
  private func chart(_ values: [Double], name: String = "train") -> Chart {
    let points = values.enumerated().map { Series.Point(x: Double($0.offset + 1), y: $0.element) }
    return Chart("Loss", x: "step", y: "nats per token", [Series(name, points)])
  }

  @Test func theSameChartGivesTheSameBytes() {
    let loss = chart([5.02, 4.5, 4.1])
    #expect(LineChart(loss).svg == LineChart(loss).svg)
    #expect(LineChart(loss).svg != LineChart(chart([5.02, 4.5, 4.2])).svg)
  }

  @Test func itHasAxesLabelsAndADescription() {
    let svg = LineChart(chart([5, 4, 3])).svg
    for text in [">step</text>", ">nats per token</text>", "<title>Loss</title>", ">3.5</text>"] {
      #expect(svg.contains(text), "\(text)")
    }
    #expect(svg.contains("train: 5.0000 -&gt; 3.0000 (3 points)"))
  }

  @Test func namesAreEscaped() {
    let svg = LineChart(chart([1, 2], name: "<script>\"&'\u{1b}")).svg
    #expect(!svg.contains("<script>"))
    #expect(svg.contains("&lt;script&gt;&quot;&amp;&#39;?"))
  }

  @Test func whatIsNoNumberLeavesAGap() {
    let svg = LineChart(chart([1, .nan, 2, 3])).svg
    #expect(
      svg.components(between: "d=\"", and: "\" fill=\"none\"").contains { path in
        path.count { $0 == "M" } == 2 && path.count { $0 == "L" } == 1
      })
    #expect(!svg.contains("nan"))
  }

  @Test(
    "any values are drawn inside",
    arguments: [
      [], [7], [3, 3, 3], [0], [1e-12, 2e-12], [1e15, 2e15], [-5, 5], [.infinity, 1],
      [1e299, -1e299],
    ] as [[Double]])
  func extremes(values: [Double]) throws {
    let svg = LineChart(chart(values)).svg
    for place in svg.components(between: "cy=\"", and: "\"") {
      let y = try #require(Double(place))
      #expect(0...300 ~= y)
    }
    let paths = svg.components(between: "d=\"", and: "\"")
    #expect(paths.allSatisfy { !$0.contains("inf") && !$0.contains("nan") })
  }

  @Test func aLongCurveIsThinnedToItsEnvelope() {
    var values = Array(repeating: 1.0, count: 100_000)
    values[54_321] = 9
    let path = LineChart(chart(values)).svg.components(between: "d=\"", and: "\" fill=\"none\"")
    #expect(path.count == 1)
    #expect(path[0].count { $0 == "L" } < 600)
    // The one high point is at the top of the axis, which ends at 10.
    #expect(path[0].contains(" 54.2"))
  }
}

@Suite("AxisScale") struct AxisScaleTests {
  @Test(
    "ticks are round and hold the values",
    arguments: [
      ([0, 8], ["0", "2", "4", "6", "8"]),
      ([4.29, 5.02], ["4.2", "4.4", "4.6", "4.8", "5.0", "5.2"]),
      ([0, 1e-3], ["0.0000", "0.0002", "0.0004", "0.0006", "0.0008", "0.0010"]),
      ([1e7, 3e7], ["10000000", "15000000", "20000000", "25000000", "30000000"]),
    ] as [([Double], [String])])
  func ticks(values: [Double], labels: [String]) {
    let scale = AxisScale(values, tickCount: 5)
    #expect(scale.ticks.map(scale.label) == labels)
    #expect(values.allSatisfy { 0...1 ~= scale.share(of: $0) })
  }

  @Test func equalValuesHaveRoomAround() {
    let scale = AxisScale([3, 3], tickCount: 5)
    #expect(scale.low < 3 && scale.high > 3)
  }
}

extension String {
  /// The texts between each pair of marks.
  func components(between start: String, and end: String) -> [String] {
    var rest = self[...]
    var found: [String] = []
    while let first = rest.firstRange(of: start) {
      rest = rest[first.upperBound...]
      guard let last = rest.firstRange(of: end) else { break }
      let text = rest[..<last.lowerBound]
      // The end may belong to a later element.
      if !text.contains("\n") { found.append(String(text)) }
    }
    return found
  }
}
