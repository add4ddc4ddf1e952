package import Reporting
package import Serialization

/// What Jupyter shows of one output, in the forms that it may choose from.
package enum OutputBundle {
  /// A report as text, and as a picture or as HTML where it has more than lines.
  package static func of(_ report: Report) -> JSONObject {
    var bundle: JSONObject = ["text/plain": .string(report.plainText)]
    switch report {
    case .chart, .bars, .figure:
      let figure = CellOutput.report(report).figures.first
      bundle["image/svg+xml"] = figure.map { .string($0.svg) }
    case .table, .fields, .words: bundle["text/html"] = .string(html(.report(report)))
    case .text, .diagnostic, .group: break
    }
    return bundle
  }

  /// What a command gave, folded up: the line that notebook files have of it, and its fields.
  package static func ofResult(_ command: String, _ value: JSONValue) -> JSONObject {
    let output = CellOutput.result(command: command, value)
    return [
      "text/plain": .string(OutputLine.result(command: command, value).text),
      "text/html": .string(html(output.item)),
      NotebookKey.result: ["command": .string(command), "value": value],
    ]
  }

  /// What a cell gave: as `text`, and for programs.
  package static func ofValue(_ value: JSONValue, text: String) -> JSONObject {
    ["text/plain": .string(text), NotebookKey.value: value]
  }

  /// HTML with the few rules that a notebook's own do not have.
  private static func html(_ item: Page.Item) -> String {
    """
    <div class="tunebook"><style>.tunebook.tunebook :is(th,td,caption){text-align:left}\
    .tunebook.tunebook .number.number{text-align:right}.tunebook summary{opacity:.6;font-size:.85em}\
    .tunebook dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em;margin:.3em 0}\
    .tunebook dd{margin:0}</style>
    \(Page.fragment(item))
    </div>
    """
  }
}
