import Testing

/// A field that is not there: the error says which there are.
@Suite("Fields that are not there") struct FieldTests {
  static let cases: [(line: String, label: String, tries: String?)] = [
    ("show data.count", "`rows`, `train`, `dev`, `test`", "try: show data.rows"),
    ("show data.length", "`rows`", "try: show data.rows"),
    ("show dev.size", "`rows`", "try: show dev.rows"),
    ("show data.validation", "`dev`", "try: show data.dev"),
    ("show data.rowz", "did you mean `rows`?", nil),
    ("show data.columns", "its fields: `rows`, `train`, `dev`, `test`", nil),
    ("show rows.thing", "its fields: `rows`, `train`, `dev`, `test`", nil),
    ("show model.layers", "its fields: `name`", nil),
    ("show settings.learning", "its fields: `lr`", nil),
    ("let r = {loss: 1, low: 2}; show r.accuracy", "its fields: `loss`, `low`", nil),
    ("let r = {loss: 1}; r.a.b = 2", "its fields: `loss`", nil),
  ]

  @Test("says which there are", arguments: cases.indices)
  func fields(index: Int) async throws {
    let (line, label, tries) = Self.cases[index]
    let bench = try Workbench()
    let text = await bench.errorText(Workbench.preparation + line)
    #expect(text.hasPrefix("error[L152]"), "\(text)")
    #expect(text.contains(label), "\(text)")
    if let tries { #expect(text.contains(tries), "\(text)") }
  }

  @Test("a report opens with what was done, on what, and what it changed") func report()
    async throws
  {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation
        + "train 2 steps; compare base tuned on dev; save report \"out/lab.html\"")
    let page = try bench.text("out/lab.html")
    let opening = page.prefix(while: { _ in true }).split(separator: "class=\"cell\"").first ?? ""
    for part in ["Summary", "wren", "rows, 12 rows: train 8, dev 4", "2 steps, finished", "cost"] {
      #expect(opening.contains(part), "\(part)")
    }
  }
}
