import Reporting
import Testing

@Suite("Page") struct PageTests {
  private func page(_ items: [Page.Item], source: String = "x", mark: String? = nil) -> String {
    Page(
      title: "lab <1>",
      sections: [
        .text("# Rates\n\nfirst & second"),
        .cell(.init(number: 3, source: source, items: items, mark: mark, seconds: 0.5)),
      ], environment: [.init("data <x>", "sha256 0")]
    ).html
  }

  @Test func everythingOfUsersIsEscaped() {
    let evil = "<img src=x onerror=\"y\">"
    var table = Table(title: evil, columns: [.init(evil, unit: evil)])
    table.append([.text(evil)])
    let html = page(
      [
        .text(evil), .report(.text(evil)), .report(.table(table)), .value(name: evil, []),
        .value(name: nil, [.init("", .text(evil))]), .report(.fields([.init(evil, .text(evil))])),
        .report(.diagnostic(Diagnostic(code: nil, evil))),
        .report(.chart(Chart(evil, x: evil, y: evil, [Series(evil)]))),
      ], source: evil, mark: evil)
    #expect(!html.contains("<img"))
    #expect(html.contains("<title>lab &lt;1&gt;</title>"))
    #expect(html.contains("data &lt;x&gt;"))
  }

  @Test func itNeedsNothingElse() {
    let html = page([.report(.chart(Chart("loss", x: "step", y: "nats", [])))])
    for word in ["<script", "href=", "src=", "@import", "url("] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(html.contains("prefers-color-scheme:dark") && html.contains("@media print"))
  }

  @Test func elementsAreClosedInOrder() {
    var table = Table(columns: [.init("a"), .init("b", .right)])
    table.append(["1", "2"])
    let html = page([
      .text("t"), .report(.group([.table(table), .fields([.init("n", "v")])])),
      .value(name: "eval", [.init("loss", "1")]),
    ])
    var open: [String] = []
    for tag in html.components(between: "<", and: ">") where !tag.hasPrefix("!") {
      let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
      if tag.hasPrefix("/") {
        #expect(open.popLast() == name)
      } else if !tag.hasSuffix("/") {
        open.append(name)
      }
    }
    #expect(open == [])
  }

  @Test func proseHasHeadingsAndParagraphs() {
    let html = page([])
    #expect(html.contains("<h2>Rates</h2>\n<p>first &amp; second</p>"))
  }

  @Test func aFigureStandsInThePage() {
    let figure = Figure(title: "t", svg: "<svg class=\"x\"></svg>", summary: "s\n")
    #expect(page([.report(.figure(figure))]).contains("<figure>\n<svg class=\"x\"></svg></figure>"))
    #expect(Report.figure(figure).plainText == "s\n")
  }
}
