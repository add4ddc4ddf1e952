/// What a command shows: each front end (terminal, notebook, server, JSON) renders it its own way.
package indirect enum Report: Hashable, Sendable {
  /// Plain lines.
  case text(String)
  case table(Table)
  case chart(Chart)
  case bars(Bars)
  /// A picture, such as a plot.
  case figure(Figure)
  /// Names with their values, in order.
  case fields([Field])
  /// Words, some of them marked, one after the other.
  case words([MarkedWord])
  /// A problem that did not stop the command.
  case diagnostic(Diagnostic)
  /// Several, one under the other.
  case group([Report])

  /// A name and its value.
  package struct Field: Hashable, Sendable {
    /// What stands on the left.
    package var name: String
    /// What stands on the right.
    package var value: Table.Cell
    /// True when the value may differ from run to run (times, speeds); comparisons skip it.
    package var isVolatile: Bool

    package init(_ name: String, _ value: Table.Cell, isVolatile: Bool = false) {
      self.name = name
      self.value = value
      self.isVolatile = isVolatile
    }
  }

  /// A word of a text of which some words are marked, such as a token.
  package struct MarkedWord: Hashable, Sendable {
    /// The word, without its mark.
    package let word: String
    /// Whether it is marked.
    package let isMarked: Bool

    package init(_ word: String, isMarked: Bool) {
      self.word = word
      self.isMarked = isMarked
    }

    /// The word with a `*` before it when it is marked, complete without colour.
    package var text: String { isMarked ? "*" + word : word }
  }

  /// The report without colour or drawing; a chart is the first and last point of each series.
  package var plainText: String {
    switch self {
    case .text(let text): text.hasSuffix("\n") || text.isEmpty ? text : text + "\n"
    case .table(let table): table.plainText
    case .chart(let chart): Self.summary(chart)
    case .bars(let bars): bars.plainText
    case .figure(let figure): figure.summary
    case .fields(let fields): Self.aligned(fields)
    case .words(let words): words.map(\.text).joined(separator: " ") + "\n"
    case .diagnostic(let diagnostic): diagnostic.plainText
    case .group(let reports): reports.map(\.plainText).joined()
    }
  }

  private static func aligned(_ fields: [Field]) -> String {
    let width = fields.map { DisplayWidth.of($0.name) }.max() ?? 0
    return fields.map { field in
      let gap = String(repeating: " ", count: width - DisplayWidth.of(field.name) + 2)
      return field.name + gap + field.value.text + "\n"
    }.joined()
  }

  private static func summary(_ chart: Chart) -> String {
    let lines = chart.series.map { series -> String in
      guard let first = series.points.first, let last = series.points.last else {
        return "  \(series.name): no points\n"
      }
      let ends = [first, last].map { NumberText.fixed($0.y, decimals: 4) }
      return "  \(series.name): \(ends[0]) -> \(ends[1]) (\(series.points.count) points)\n"
    }
    return "\(chart.title): \(chart.yLabel) over \(chart.xLabel)\n" + lines.joined()
  }
}
