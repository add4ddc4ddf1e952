import Reporting
import Terminal
import TestSupport
import Testing

@Suite("Sparkline") struct SparklineTests {
  @Test("goes from the lowest value to the highest")
  func range() {
    let falling = [8, 7, 6, 5, 4, 3, 2, 1].map(Double.init)
    #expect(Sparkline.text(falling, width: 8, allowsUnicode: true) == "█▇▆▅▄▃▂▁")
    #expect(Sparkline.text(falling, width: 8, allowsUnicode: false) == "#*+=~-._")
  }

  @Test("averages when there are more values than columns")
  func averages() {
    #expect(Sparkline.text([0, 2, 7, 9], width: 2, allowsUnicode: true) == "▁█")
    #expect(Sparkline.text([0, 2, 7], width: 1, allowsUnicode: true) == "▄")
  }

  @Test("shows what is no number, and survives the largest")
  func odd() {
    #expect(Sparkline.text([1, .nan, 2], width: 9, allowsUnicode: true) == "▁?█")
    #expect(Sparkline.text([.infinity, .nan], width: 9, allowsUnicode: true) == "??")
    let largest = Double.greatestFiniteMagnitude
    #expect(Sparkline.text([-largest, largest], width: 9, allowsUnicode: true) == "▁█")
    #expect(Sparkline.text([3, 3, 3], width: 9, allowsUnicode: true) == "▄▄▄")
    #expect(Sparkline.text([], width: 9, allowsUnicode: true) == "")
    #expect(Sparkline.text([1], width: 0, allowsUnicode: true) == "")
  }
}

@Suite("TableRenderer") struct TableRendererTests {
  private let table = Table(
    title: "runs",
    columns: [
      Table.Column("run"), Table.Column("data"), Table.Column("loss", .right),
      Table.Column("time", .right, unit: "s"),
    ],
    rows: [
      ["3", "answers to customers who wait for their parcel", .quantity(Quantity(1.4142, .loss))],
      ["12", "日本語の返事", .quantity(Quantity(11, .loss)), "42"],
    ])

  private func text(width: Int, unicode: Bool = true) -> String {
    let theme = Theme(allowsColor: false, allowsRedraw: false, allowsUnicode: unicode)
    return TableRenderer(theme: theme, width: width).text(table)
  }

  @Test("aligns numbers right and counts wide letters twice")
  func wide() {
    #expect(
      text(width: 80) == """
        runs
        run  data                                               loss  time (s)
        3    answers to customers who wait for their parcel   1.4142
        12   日本語の返事                                    11.0000        42

        """)
    #expect(text(width: 120) == text(width: 80))
  }

  @Test("cuts texts to fit, never numbers")
  func narrow() {
    #expect(
      text(width: 40) == """
        runs
        run  data                 loss  time (s)
        3    answers to cust…   1.4142
        12   日本語の返事      11.0000        42

        """)
    #expect(text(width: 40, unicode: false).contains("answers to cu...   1.4142\n"))
  }

  @Test("names the columns it has no room for")
  func hidden() {
    #expect(
      text(width: 22) == """
        runs
        run  data       loss
        3    answe…   1.4142
        12   日本…   11.0000
        not shown: time (s)

        """)
  }

  @Test("no line is wider than the terminal", arguments: [8, 13, 21, 40, 80])
  func fits(width: Int) {
    for line in text(width: width).split(separator: "\n") {
      #expect(DisplayWidth.of(String(line)) <= width)
    }
  }

  @Test("a last column of text without room beside its row stands below it")
  func stacked() {
    let table = Table(
      columns: [.init("setting"), .init("may be"), .init("what it does")],
      rows: [["schedule", "cosine, linear, constant", "How the rate moves after the warm-up."]])
    let wide = "setting   may be                    what it does\n"
    let row = "schedule  cosine, linear, constant  "
    let beside = TableRenderer(theme: .plain, width: 64).text(table)
    #expect(
      beside == wide + row + "How the rate moves after the\n"
        + String(repeating: " ", count: row.count) + "warm-up.\n")
    let below = TableRenderer(theme: .plain, width: 50).text(table)
    #expect(
      below == "setting   may be\nschedule  cosine, linear, constant\n"
        + "    How the rate moves after the warm-up.\n")
  }

  @Test("a cell cannot send escapes or break its line")
  func hostile() {
    let table = Table(columns: [Table.Column("a")], rows: [["x\u{1b}[2J\ny\u{202e}"]])
    #expect(TableRenderer(theme: .plain, width: 80).text(table) == "a\nx\\x1b[2J y\\u{202e}\n")
  }
}

@Suite("ReportRenderer") struct ReportRendererTests {
  private let colors = Theme(allowsColor: true, allowsRedraw: true, allowsUnicode: true)

  @Test("without colour a diagnostic is its plain text; with colour, the same words")
  func diagnostic() {
    let file = SourceFile(.file("a.ft"), "train three epochs")
    let diagnostic = Diagnostic(
      code: nil, "I don't know `three` here.", at: .init(file, SourceSpan(6, 11), "a count"),
      hints: [.type("train 3 epochs")])
    #expect(DiagnosticRenderer(theme: .plain).text(diagnostic) == diagnostic.plainText)
    let colored = DiagnosticRenderer(theme: colors).text(diagnostic)
    #expect(colored.contains("\u{1b}[1;31m"))
    #expect(colored.replacing(#/\u{1b}\[[0-9;]*m/#, with: "") == diagnostic.plainText)
  }

  @Test("breaks texts between words, under their indentation or second column")
  func texts() {
    let text = Report.text("one two three four five\n\n  keep code\n  set  changes many settings\n")
    #expect(
      ReportRenderer(theme: .plain, width: 16).text(text) == """
        one two three
        four five

          keep code
          set  changes
               many
               settings

        """)
    #expect(ReportRenderer(theme: .plain, width: nil).text(text) == text.plainText)
  }

  @Test("breaks a sentence between words, under its place")
  func longMessage() {
    let diagnostic = Diagnostic(
      code: "M101", "there is no folder of that name.", hints: [.type("load model finch")])
    #expect(
      DiagnosticRenderer(theme: .plain, width: 24).text(diagnostic) == """
        error[M101]: there is
          no folder of that
          name.
          try: load model finch

        """)
  }

  @Test("breaks advice, never a line to type")
  func hints() {
    let diagnostic = Diagnostic(
      code: nil, "no.",
      hints: [.help("write the name in quotes"), .type("load model \"a long name\"")])
    #expect(
      DiagnosticRenderer(theme: .plain, width: 20).text(diagnostic) == """
        error: no.
          help: write the
                name in
                quotes
          try: load model "a long name"

        """)
  }

  @Test("the last column of a table goes on in further lines; in a file nothing is cut")
  func lastColumn() {
    let table = Table(
      columns: [Table.Column("name"), Table.Column("about")],
      rows: [["lr", "how far each step goes"], ["rank", "size"]])
    #expect(
      ReportRenderer(theme: .plain, width: 22).text(.table(table)) == """
        name  about
        lr    how far each
              step goes
        rank  size

        """)
    #expect(
      ReportRenderer(theme: .plain, width: nil).text(.table(table)) == """
        name  about
        lr    how far each step goes
        rank  size

        """)
  }

  @Test("wraps long fields under their beginning, between words")
  func longFields() {
    let renderer = ReportRenderer(theme: .plain, width: 20)
    #expect(
      renderer.text(.fields([.init("base", "one two three four"), .init("x", "y")]))
        == "base  one two three\n      four\nx     y\n")
  }

  @Test("lines up fields and draws curves")
  func fieldsAndCurves() {
    let report = Report.group([
      .fields([.init("loss", "1.5"), .init("perplexity", .quantity(.count(2140)))]),
      .chart(
        Chart(
          "run 3", x: "step", y: "loss",
          [
            Series("train", [.init(x: 1, y: 3), .init(x: 2, y: 2), .init(x: 3, y: 1)]),
            Series("dev"),
          ])),
    ])
    #expect(
      ReportRenderer(theme: .plain, width: 40).text(report) == """
        loss        1.5
        perplexity  2,140
        run 3: loss over step
          * train  3 -> 1  o dev  no points
        3.0 |**
            |  ****
            |      ***
        2.5 |         ***
            |            ****
        2.0 |                ***
            |                   ***
            |                      ***
        1.5 |                         **
            |                           ***
            |                              ***
        1.0 |                                 **
            ++----------------+----------------+
             1                2                3

        """)
  }
}

/// A label that has no room beside its marks.
@Suite("Labels of errors") struct LabelWrappingTests {
  private func text(_ line: String, at span: SourceSpan, width: Int) -> String {
    let label = Diagnostic.Label(
      SourceFile(.cell(1), line), span, "did you mean `rows`? its fields: `rows`, `train`, `dev`")
    return DiagnosticRenderer(
      theme: Theme(environment: ["NO_COLOR": "1"], isTerminal: true), width: width
    ).text(Diagnostic(code: "L152", "no field.", at: label))
  }

  @Test("is broken between words beside the marks") func beside() {
    #expect(
      text("show data.count", at: SourceSpan(10, 15), width: 52) == """
        error[L152]: no field.
          cell 1, line 1
          | show data.count
          |           ^^^^^ did you mean `rows`? its fields:
          |                 `rows`, `train`, `dev`

        """)
  }

  @Test("or below them") func below() {
    #expect(
      text("show data.count", at: SourceSpan(10, 15), width: 36) == """
        error[L152]: no field.
          cell 1, line 1
          | show data.count
          |           ^^^^^
          | did you mean `rows`? its fields:
          | `rows`, `train`, `dev`

        """)
  }
}
