import Language
import Testing

/// Data made of other data: cleaned, joined, balanced, divided by label.
@Suite("Commands that make data") struct DataMakingTests {
  private static let long =
    "Please tell me how I can send back the lamp that I ordered last week, as its shade is too small"

  /// Rows with labels, of which some are there twice, nearly so, or contradict each other.
  private func bench() throws -> Workbench {
    let bench = try Workbench()
    let rows: [(String, String)] =
      (0..<16).map { ("number \($0) is here", $0 % 4 == 0 ? "rare" : "often") }
      + [
        ("Number 3 is here!", "often"), (Self.long, "often"),
        (Self.long.replacing("small", with: "tiny"), "often"), ("both ways", "rare"),
        ("both ways", "often"),
      ]
    try bench.write(
      "bad.jsonl",
      rows.map { #"{"text":"\#($0.0)","label":"\#($0.1)","kind":"k\#($0.1.count % 2)"}"# }
        .joined(separator: "\n"))
    return bench
  }

  @Test("`clean data` says what it leaves out, and `undo` brings it back") func cleans()
    async throws
  {
    let bench = try bench()
    let value = try record(await bench.run("load data \"bad.jsonl\"\nclean data as tidy"))
    #expect(
      value
        == [
          "rows": 17, "dropped": 4, "leaks": 0, "duplicates": 2, "contradictions": 2,
        ])
    for line in [
      "duplicates       train     1  17", "near duplicates  train     1  19",
      "contradictions   train     2  20, 21",
    ] { #expect(bench.screen.contains(line), "\(bench.screen)") }
    let back = try await bench.run("undo\ndata.rows")
    #expect(back == 21)
    let part = await bench.errorText("clean train")
    #expect(part.contains("try: clean bad"), "\(part)")
  }

  @Test("held-out rows stay, and train loses those that give them away") func cleansLeaks()
    async throws
  {
    let bench = try bench()
    try bench.write(
      "rows.jsonl",
      #"{"text":"number 5 is here","label":"often"}"# + "\n"
        + #"{"text":"\#(Self.long.replacing("small", with: "large"))","label":"often"}"#)
    let value = try record(
      await bench.run("load data \"bad.jsonl\" dev \"rows.jsonl\"\nclean data\n"))
    #expect(value["leaks"] == 3)
    let counts = try await bench.run("[data.train.rows, data.dev.rows, (check data).near_leaks]")
    #expect(counts == .list([15, 2, 0]))
  }

  @Test("`balance` keeps as many rows of each label") func balances() async throws {
    let bench = try bench()
    let value = try record(await bench.run("load data \"bad.jsonl\"\nbalance data as even"))
    #expect(value["rows"] == 10 && value["dropped"] == 11)
    #expect(bench.screen.contains("often      16      5"), "\(bench.screen)")
    let two = try await bench.run("(balance data to 2 as few).rows")
    #expect(two == 4)
    let unlabelled = await bench.errorText(
      "load data \"rows.jsonl\"\nkeep any 1 of data\nbalance data")
    #expect(unlabelled.hasPrefix("error[D251]"), "\(unlabelled)")
  }

  @Test("`split … by label` gives each part its share of each") func splits() async throws {
    let bench = try bench()
    let value = try await bench.run(
      "load data \"bad.jsonl\"\nsplit data 3/1 by label\n"
        + "[data.dev.rows, length(filter(map(data.dev) do { it.label }) do { it == \"rare\" })]")
    #expect(value == .list([5, 1]), "\(bench.screen)")
    let byKey = try await bench.run("(split data 3/1 by kind).dev")
    #expect(byKey == 5)
    let near = try await bench.run("split data 3/1 near together\n(check data).near_leaks")
    #expect(near == 0)
    let unknown = await bench.errorText("split data 3/1 by \"topic\"")
    #expect(unknown.contains("kind"), "\(unknown)")
  }

  @Test("`join` puts one after the other, line by line") func joins() async throws {
    let bench = try bench()
    let value = try record(
      await bench.run(
        "load data \"bad.jsonl\" split 2/1 as one\nload data \"bad.jsonl\" as two\n"
          + "join one with two as both"))
    #expect(value["rows"] == 42 && value["train"] == 35 && value["dev"] == 7)
    let last = try await bench.run("max(map(both) do { it.line })")
    #expect(last == 42)
    let unlike = await bench.errorText("load data \"rows.jsonl\"\njoin one with rows")
    #expect(
      unlike.hasPrefix(
        "error[D276]: the rows of one are texts with a label, and those of rows prompts and"),
      "\(unlike)")
  }

  @Test("`keep any … of` takes so many, fewer among more") func samples() async throws {
    let value = try await bench().run(
      "load data \"bad.jsonl\"\nkeep any 9 of data as nine\nkeep any 4 of bad as four\n"
        + "let lines = map(nine) do { it.line }\n"
        + "[nine.rows, four.rows, length(filter(map(four) do { it.line }) do { not contains(lines, it) })]"
    )
    #expect(value == .list([9, 4, 0]))
  }

  @Test("`check data` shows what is trained, and what would stop it") func screen() async throws {
    let bench = try Workbench()
    let value = try record(await bench.run(Workbench.preparation + "check data"))
    #expect(value["stops"] == .bool(false))
    for text in [
      "tokens of train, ", "taught in 8 of 8 rows", "stands once", "the first row of train",
    ] {
      #expect(bench.screen.contains(text), "\(bench.screen)")
    }
    _ = try await bench.run("set context 8, long cut\ncheck data")
    #expect(bench.screen.contains("`train` does not begin: truncation"), "\(bench.screen)")
  }
}
