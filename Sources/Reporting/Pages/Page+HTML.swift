extension Page {
  /// The document as one HTML file that needs nothing else: styles and pictures are inside, scripts
  /// there are none.
  ///
  /// Everything that users, files or models wrote is escaped.
  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(MarkupText.escaped(title))</title>
    <style>
    \(PageStyle.sheet)
    </style>
    </head>
    <body>
    <main>
    <h1>\(MarkupText.escaped(title))</h1>\(opening)
    \(sections.map(Self.html).joined(separator: "\n"))
    <section class="environment">
    <h2>Environment</h2>
    \(Self.list(environment))
    </section>\(attachment.map { "\n" + $0.html } ?? "")
    </main>
    </body>
    </html>

    """
  }

  /// A piece of what a cell showed as HTML, to stand in another document.
  package static func fragment(_ item: Item) -> String { self.item(item) }

  /// The summary with its heading; nothing when there is none.
  private var opening: String {
    guard !summary.isEmpty else { return "" }
    return "\n<section class=\"summary\">\n<h2>Summary</h2>\n\(Self.list(summary))\n</section>"
  }

  private static func html(_ section: Section) -> String {
    switch section {
    case .text(let text): paragraphs(text)
    case .cell(let cell): self.cell(cell)
    }
  }

  /// Words as paragraphs; a line that begins with `#` is a heading.
  private static func paragraphs(_ text: String) -> String {
    var blocks: [String] = []
    var lines: [Substring] = []
    let flush = {
      if !lines.isEmpty {
        blocks.append("<p>\(MarkupText.escaped(lines.joined(separator: "\n")))</p>")
      }
      lines = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let heading = line.drop { $0 == "#" }
      if line.allSatisfy(\.isWhitespace) {
        flush()
      } else if line.hasPrefix("#"), heading.hasPrefix(" ") {
        flush()
        blocks.append("<h2>\(MarkupText.escaped(String(heading.dropFirst())))</h2>")
      } else {
        lines.append(line)
      }
    }
    flush()
    return blocks.joined(separator: "\n")
  }

  private static func cell(_ cell: Cell) -> String {
    let mark = cell.mark.map { " <span class=\"mark\">\(MarkupText.escaped($0))</span>" } ?? ""
    let time = Quantity(cell.seconds, .seconds).text
    let head = "<header>[\(cell.number)]\(mark) <span class=\"time\">\(time)</span></header>"
    let items = cell.items.map(Self.item).joined(separator: "\n")
    return """
      <section class="cell" id="cell-\(cell.number)">
      \(head)
      <pre class="source"><code>\(MarkupText.escaped(cell.source))</code></pre>
      \(items)
      </section>
      """
  }

  private static func item(_ item: Item) -> String {
    switch item {
    case .text(let text): return "<pre class=\"text\">\(MarkupText.escaped(text))</pre>"
    case .report(let report): return self.report(report)
    case .value(nil, let fields) where fields.count == 1 && fields[0].name.isEmpty:
      return "<pre class=\"value\">\(MarkupText.escaped(fields[0].value.text))</pre>"
    case .value(let name, let fields):
      let title = MarkupText.escaped(name ?? "value")
      return "<details><summary>\(title)</summary>\n\(list(fields))\n</details>"
    }
  }

  private static func report(_ report: Report) -> String {
    switch report {
    case .text(let text): "<pre class=\"text\">\(MarkupText.escaped(text))</pre>"
    case .table(let table): self.table(table)
    case .chart(let chart): "<figure>\n\(LineChart(chart).svg)</figure>"
    case .bars(let bars): "<figure>\n\(BarChart(bars).svg)</figure>"
    case .figure(let figure): "<figure>\n\(figure.svg)</figure>"
    case .fields(let fields): list(fields)
    case .words(let words): "<p class=\"words\">\(marked(words))</p>"
    case .diagnostic(let diagnostic):
      "<pre class=\"problem \(diagnostic.severity)\">"
        + "\(MarkupText.escaped(diagnostic.plainText))</pre>"
    case .group(let reports): reports.map(self.report).joined(separator: "\n")
    }
  }

  private static func marked(_ words: [Report.MarkedWord]) -> String {
    words.map { word in
      let text = MarkupText.escaped(word.word)
      return word.isMarked ? "<mark>\(text)</mark>" : text
    }.joined(separator: " ")
  }

  private static func list(_ fields: [Report.Field]) -> String {
    let rows = fields.map { field in
      "<dt>\(MarkupText.escaped(field.name))</dt><dd>\(MarkupText.escaped(field.value.text))</dd>"
    }
    return "<dl>\n\(rows.joined(separator: "\n"))\n</dl>"
  }

  private static func table(_ table: Table) -> String {
    let classes = table.columns.map { $0.alignment == .right ? " class=\"number\"" : "" }
    let heads = zip(table.columns, classes).map { column, style in
      let unit = column.unit.map { " (\($0))" } ?? ""
      return "<th scope=\"col\"\(style)>\(MarkupText.escaped(column.name + unit))</th>"
    }
    let rows = table.rows.map { row in
      let cells = zip(row, classes).map { cell, style in
        "<td\(style)>\(MarkupText.escaped(cell.text))</td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let caption = table.title.map { "<caption>\(MarkupText.escaped($0))</caption>\n" } ?? ""
    return """
      <div class="wide"><table>
      \(caption)<thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }
}

/// How a page looks: light or dark as the reader's system is, and on paper.
private enum PageStyle {
  static let sheet = """
    :root{--text:#1d2129;--faint:#636b78;--page:#fff;--box:#f4f6f8;--line:#d8dde4;--red:#b3261e;
    --accent:#2a7de1}
    @media(prefers-color-scheme:dark){:root{--text:#dfe3ea;--faint:#98a1b0;--page:#14171c;
    --box:#1e232b;--line:#343b46;--red:#ff8a80;--accent:#6cb0ff}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--text);
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
    main{max-width:56rem;margin:0 auto;padding:2rem 1rem 4rem}
    h1{font-size:1.7rem;line-height:1.2;margin:0 0 1.5rem}
    h2{font-size:1.1rem;margin:0 0 .5rem}
    .cell,.summary{margin:0 0 1.75rem}
    .summary{border-bottom:1px solid var(--line);padding-bottom:1rem}
    .cell header{font:.8rem ui-monospace,monospace;color:var(--faint);margin:0 0 .25rem}
    .mark{color:var(--red);font-weight:600}
    .time{float:right}
    pre{font:.86rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:.4rem 0;
    white-space:pre-wrap;overflow-wrap:anywhere}
    .source{background:var(--box);border-left:3px solid var(--accent);padding:.6rem .8rem}
    .text,.value{padding:0 .8rem}
    .value{font-weight:600}
    .problem{padding:.4rem .8rem;border-left:3px solid var(--faint)}
    .problem.error,.problem.stopped{border-color:var(--red)}
    .wide{overflow-x:auto;padding:0 .8rem}
    table{border-collapse:collapse;font-size:.9rem;margin:.4rem 0}
    caption{text-align:left;color:var(--faint);padding:.2rem 0}
    th,td{text-align:left;vertical-align:top;padding:.25rem .9rem .25rem 0;
    border-bottom:1px solid var(--line);overflow-wrap:anywhere}
    th{font-weight:600}
    .number{text-align:right;font-variant-numeric:tabular-nums}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.4rem 0;
    padding:0 .8rem;font-size:.9rem}
    dt{color:var(--faint)}
    dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
    details{padding:0 .8rem;font-size:.9rem}
    summary{color:var(--faint);cursor:pointer}
    figure{margin:.6rem .8rem}
    figure svg{width:100%;max-width:40rem;height:auto}
    .environment{border-top:1px solid var(--line);padding-top:1rem}
    @media print{:root{--text:#000;--faint:#444;--page:#fff;--box:#f4f4f4;--line:#bbb;
    --red:#900;--accent:#555}
    main{max-width:none;padding:0}
    pre,table,figure,.cell header{break-inside:avoid}}
    """
}
