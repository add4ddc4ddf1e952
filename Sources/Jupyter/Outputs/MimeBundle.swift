import Notebook
import Reporting
import Serialization
import Terminal

/// What a notebook shows of one output, in the forms that it may choose from.
enum MimeBundle {
  /// The report as text, and as a picture or as HTML where it has more than lines.
  ///
  /// - Returns: nil for nothing.
  static func of(_ report: Report) -> JSONObject? {
    let text = VisibleText.of(report.plainText)
    guard !text.isEmpty else { return nil }
    var bundle: JSONObject = ["text/plain": .string(text)]
    switch report {
    case .chart, .bars, .figure:
      bundle["image/svg+xml"] = (CellOutput.report(report).figures.first?.svg).map { .string($0) }
    case .table, .fields, .words: bundle["text/html"] = .string(html(.report(report)))
    case .text, .diagnostic, .group: break
    }
    return bundle
  }

  /// What a command gave, folded up: the line that notebook files have of it, and its fields.
  static func ofResult(_ command: String, _ value: JSONValue) -> JSONObject {
    let output = CellOutput.result(command: command, value)
    return [
      "text/plain": .string(output.lines.map(\.text).joined(separator: "\n")),
      "text/html": .string(html(output.item)),
    ]
  }

  /// HTML with the few rules that a notebook's own do not have.
  static func html(_ item: Page.Item) -> String {
    """
    <div class="tunebook"><style>.tunebook :is(th,td,caption){text-align:left}\
    .tunebook .number{text-align:right}.tunebook summary{opacity:.6;font-size:.85em}\
    .tunebook dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em;margin:.3em 0}\
    .tunebook dd{margin:0}</style>
    \(Page.fragment(item))
    </div>
    """
  }
}
