package import Reporting
package import Serialization

/// A piece of what a cell showed or gave.
package enum CellOutput: Hashable, Sendable {
  /// A line of `print`.
  case printed(String)
  /// What a command showed.
  case report(Report)
  /// Text that the model wrote.
  case generated(String)
  /// The value of a command, by its full name.
  case result(command: String, JSONValue)
  /// The value of the whole cell.
  case value(JSONValue)
  case problem(Diagnostic)

  /// What is written of it in a notebook file.
  package var lines: [OutputLine] {
    switch self {
    case .printed(let text): CellText.lines(text).map(OutputLine.printed)
    case .report(let report): Self.shown(report.plainText)
    case .generated(let text): Self.shown(text)
    case .result(let command, let value): [.result(command: command, value)]
    case .value(let value): [.value(value)]
    case .problem(let problem): Self.shown(problem.plainText)
    }
  }

  /// Its pictures, in order.
  package var figures: [Figure] {
    if case .report(let report) = self { Self.figures(of: report) } else { [] }
  }

  /// What a page shows of it.
  package var item: Page.Item {
    switch self {
    case .printed(let text), .generated(let text): .text(text)
    case .report(let report): .report(report)
    case .problem(let problem): .report(.diagnostic(problem))
    case .result(let command, let value): .value(name: command, Self.fields(value))
    case .value(let value): .value(name: nil, Self.fields(value))
    }
  }

  /// About how many bytes it takes.
  var size: Int { lines.reduce(0) { $0 + $1.text.utf8.count } }

  private static func shown(_ text: String) -> [OutputLine] {
    guard !text.isEmpty else { return [] }
    let lines = CellText.lines(text)
    return (lines.last == "" ? lines.dropLast() : lines[...]).map(OutputLine.shown)
  }

  private static func figures(of report: Report) -> [Figure] {
    switch report {
    case .chart(let chart): [Figure(chart)]
    case .bars(let bars): [Figure(bars)]
    case .figure(let figure): [figure]
    case .group(let reports): reports.flatMap(figures)
    case .text, .table, .fields, .words, .diagnostic: []
    }
  }

  private static func fields(_ value: JSONValue) -> [Report.Field] {
    guard let object = value.object else { return [.init("", .text(text(value)))] }
    return object.entries.map { .init($0.key, .text(text($0.value))) }
  }

  private static func text(_ value: JSONValue) -> String { value.string ?? value.text }
}
