/// A picture as SVG, with what it shows in words for where no picture can be.
package struct Figure: Hashable, Sendable {
  /// What stands above it, and what a reader without pictures is told first.
  package var title: String
  /// A whole `<svg>` element, fit to stand in a page or in a file of its own.
  package var svg: String
  /// A few lines, each ended by a line feed.
  package var summary: String

  package init(title: String, svg: String, summary: String) {
    self.title = title
    self.svg = svg
    self.summary = summary
  }

  /// The picture of bars.
  package init(_ bars: Bars) {
    self.init(title: bars.title, svg: BarChart(bars).svg, summary: bars.plainText)
  }

  /// The picture of records over parallel axes.
  package init(_ parallels: Parallels) {
    self.init(
      title: parallels.title, svg: ParallelChart(parallels).svg, summary: parallels.plainText)
  }

  /// The picture of a chart's curves.
  package init(_ chart: Chart) {
    self.init(
      title: chart.title, svg: LineChart(chart).svg, summary: Report.chart(chart).plainText)
  }
}
