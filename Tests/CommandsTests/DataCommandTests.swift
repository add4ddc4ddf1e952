import Language
import Reporting
import Testing

/// Filtering, dividing, checking and forgetting data.
@Suite("Commands on data") struct DataCommandTests {
  private static let loaded = "load data \"rows.jsonl\" split 8/4\n"

  @Test(
    "splits that add up",
    arguments: [
      ("90/10", [11, 1, 0]), ("0.9/0.1", [11, 1, 0]), ("90%/10%", [11, 1, 0]), ("3/1", [9, 3, 0]),
      ("62.5/37.5", [7, 5, 0]), ("80/10/10", [10, 1, 1]), ("7/5", [7, 5, 0]), ("8/4", [8, 4, 0]),
    ])
  func splits(ratio: String, sizes: [Int]) async throws {
    let value = try await Workbench().run("load data \"rows.jsonl\" split \(ratio)")
    guard case .record(let record) = value else { return #expect(Bool(false), "\(value)") }
    #expect(["train", "dev", "test"].map { record[$0] } == sizes.map { .integer($0) })
  }

  @Test(
    "splits that do not",
    arguments: [
      ("90/20", "90/20 adds up to 110, and the parts of a split to 100.", "90/10"),
      ("70/20", "70/20 adds up to 90, and the parts of a split to 100.", "70/30"),
      ("0.9/0.2", "0.9/0.2 adds up to 1.1, and the parts of a split to 100.", "90/10"),
      ("90/0", "a split has two or three parts above 0, and is not 90/0.", "90/10"),
      ("80/20/10", "80/20/10 adds up to 110, and the parts of a split to 100.", "80/10/10"),
    ])
  func refusesSplits(ratio: String, message: String, meant: String) async throws {
    let text = await (try Workbench()).errorText("load data \"rows.jsonl\" split \(ratio) as r")
    #expect(text.hasPrefix("error[D105]: \(message)\n"), "\(text)")
    #expect(text.contains("split \(meant) as r"), "\(text)")
  }

  @Test("`keep … where` filters every part, and the result is current") func keeps() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Self.loaded + "keep data where row.line > 6 and contains(row.answer, \"it is\") as late\n"
        + "[late.rows, data.rows, rows.rows, min(map(late) do { it.line })]")
    #expect(value == .list([6, 6, 12, 7]))
  }

  @Test("a part alone is filtered when it is named") func keepsPart() async throws {
    let value = try await Workbench().run(
      Self.loaded + "keep dev where row.line == 0\n[data.train.rows, data.dev.rows]")
    #expect(value == .list([.integer(8), .integer(0)]))
  }

  @Test("shares are part of larger shares") func shares() async throws {
    let value = try await Workbench().run(
      Self.loaded
        + """
        proc lines(data) { return map(data) do { it.line } }
        keep 25% of rows.train as quarter; keep 50% of rows.train as half
        let large = lines(half.train)
        [length(filter(lines(quarter.train)) do { large_has(it) }), length(large), half.dev.rows]
        proc large_has(line) { return contains(large, line) }
        """)
    #expect(value == .list([.integer(2), .integer(4), .integer(4)]))
  }

  @Test("dev may be a file of its own, which errors name") func devFile() async throws {
    let bench = try Workbench()
    try bench.write(
      "held.jsonl",
      #"{"prompt":"one","completion":"1"}"# + "\n" + #"{"prompt":"two","completion":"2"}"#)
    let value = try await bench.run(
      "load data \"rows.jsonl\" dev \"\(bench.folder)/held.jsonl\"")
    guard case .record(let record) = value else { return #expect(Bool(false), "\(value)") }
    #expect(
      ["rows", "train", "dev", "test"].map { record[$0] } == [14, 12, 2, 0].map { .integer($0) })
    try bench.write(
      "long.jsonl",
      #"{"prompt":"one","completion":"\#(String(repeating: "a word and ", count: 300))"}"#)
    let long = await bench.errorText(
      "load model finch\nload data \"rows.jsonl\" dev \"\(bench.folder)/long.jsonl\"\neval dev")
    #expect(long.contains("long.jsonl"), "\(long)")
    let gone = await bench.errorText("load data \"rows.jsonl\" dev \"none.jsonl\"")
    #expect(gone.contains("there is no file \"none.jsonl\""), "\(gone)")
    let both = await bench.errorText("load data \"rows.jsonl\" split 90/10 dev \"held.jsonl\"")
    #expect(both.hasPrefix("error["), "\(both)")
  }

  @Test("folds hold out each row once") func folds() async throws {
    let value = try await Workbench().run(
      Self.loaded
        + """
        let held = []
        for i in 1..5 { split rows fold (i) of 5 as part; held += map(part.dev) do { it.line } }
        sort(held) == map(1..12) do { it }
        """)
    #expect(value == .bool(true))
  }

  @Test("no row to train on is refused") func keepsNothing() async throws {
    let text = await (try Workbench()).errorText(Self.loaded + "keep data where row.line < 0")
    #expect(text.hasPrefix("error[D250]: no row to train on would be left."), "\(text)")
    #expect(text.contains("try: check data"), "\(text)")
  }

  @Test("a condition that is no truth value is refused") func noTruth() async throws {
    let text = await (try Workbench()).errorText(Self.loaded + "keep data where row.line")
    #expect(text.hasPrefix("error[L151]"), "\(text)")
  }

  @Test("`check data` counts doubles, conflicts and leaks") func checks() async throws {
    let bench = try Workbench()
    let rows =
      (0..<10).map { #"{"prompt":"number \#($0)","completion":"it is \#($0)"}"# }
      + [
        #"{"prompt":"Number 1!","completion":"it is 1"}"#,
        #"{"prompt":"number 2","completion":"another"}"#,
      ]
    try bench.write("bad.jsonl", rows.joined(separator: "\n"))
    let value = try await bench.run("load data \"bad.jsonl\"\ncheck data")
    #expect(
      value
        == .record([
          "rows": 12, "duplicates": 1, "conflicts": 1, "leaks": 0, "returns": 0,
          "near_duplicates": 0, "near_leaks": 0, "problems": 2,
        ]))
    #expect(bench.screen.contains("there twice    1 row: line 11"), "\(bench.screen)")
  }

  @Test("rows beyond the context are found when a model is there") func tooLong() async throws {
    let bench = try Workbench()
    let value = try await bench.run(Workbench.preparation + "set context 4\ncheck data")
    guard case .record(let record) = value else { return #expect(Bool(false), "\(value)") }
    #expect(record["too_long"] == 12)
  }

  private static let mixed = [
    #"{"prompt":"a b","completion":"1"}"#, #"{"prompt":"A, b!","completion":"1"}"#,
    #"{"prompt":"c","completion":"x\r\ny"}"#, #"{"prompt":"d","completion":"2"}"#,
    #"{"prompt":"d","completion":"3"}"#, #"{"prompt":"e","completion":"4"}"#,
  ].joined(separator: "\n")

  @Test("`drop duplicates` keeps the first of each") func dropsDuplicates() async throws {
    let bench = try Workbench()
    try bench.write("bad.jsonl", Self.mixed)
    let value = try await bench.run(
      """
      load data "bad.jsonl"
      drop duplicates bad as tidy
      data.rows
      """)
    #expect(value == 5)
    #expect(bench.screen.contains("tidy: 5 rows"), "\(bench.screen)")
    #expect(bench.screen.contains("1 left out"), "\(bench.screen)")
  }

  @Test("`drop leaks` takes rows of train that dev asks too") func dropsLeaks() async throws {
    let bench = try Workbench()
    let rows = (0..<30).map { #"{"prompt":"same","completion":"\#($0)"}"# }
    try bench.write("bad.jsonl", (rows + [Self.mixed]).joined(separator: "\n"))
    let value = try await bench.run(
      """
      load data "bad.jsonl" split 60/40
      let before = check data
      drop leaks
      let after = check data
      [before.leaks > 0, after.leaks, data.dev.rows > 0]
      """)
    #expect(value == .list([.bool(true), 0, .bool(true)]), "\(bench.screen)")
    let refusal = await bench.errorText("drop leaks train")
    #expect(refusal.hasPrefix("error[L120]"), "\(refusal)")
  }

  @Test("carriage returns inside answers are found") func carriageReturns() async throws {
    let bench = try Workbench()
    try bench.write("bad.jsonl", Self.mixed)
    _ = try await bench.run("load data \"bad.jsonl\"\ncheck data")
    #expect(bench.screen.contains("carriage returns  1 row: line 3"), "\(bench.screen)")
  }

  @Test("long rows stop neither `plan` nor `advise`, and `train` says what to type")
  func longRows() async throws {
    let bench = try Workbench()
    let long = Workbench.preparation + "set context 12\n"
    let refusal = await bench.errorText(long + "train 1 step")
    #expect(refusal.hasPrefix("error[D240]"), "\(refusal)")
    #expect(refusal.contains("try: set long cut"), "\(refusal)")
    #expect(refusal.contains("keep train where row.tokens <= 12"), "\(refusal)")
  }

  @Test("what is unloaded is gone, and the data before it is current") func unloads() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Self.loaded + "keep 50% of rows as half\nunload half\ndata.rows")
    #expect(value == 12)
    #expect(await bench.errorText("eval half").hasPrefix("error[L130]"))
    #expect(await bench.errorText("unload half").hasPrefix("error[L120]"))
  }

  @Test("`split` is a command and a function") func splitFunction() async throws {
    let value = try await Workbench().run("split(\"a,b\", \",\")")
    #expect(value == .list([.string("a"), .string("b")]))
  }
}

extension Value: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int) { self = .integer(value) }
}

/// What is measured before anything is trained.
@Suite("Baselines and advice") struct AdviceTests {
  @Test("labels: the usual one, and that of the nearest row") func labels() async throws {
    let bench = try Workbench()
    let rows = (0..<20).map { number -> String in
      let label = number % 4 == 0 ? "bad" : "good"
      return #"{"text":"\#(label) thing number \#(number)","label":"\#(label)"}"#
    }
    try bench.write("bad.jsonl", rows.joined(separator: "\n"))
    let value = try await bench.run("load data \"bad.jsonl\" split 75/25\nbaseline")
    guard case .record(let record) = value, case .number(let majority)? = record["majority"] else {
      return #expect(Bool(false), "\(value)")
    }
    #expect(record.names == ["majority", "words", "nearest", "bm25", "scores"])
    #expect(record["nearest"] == 1 && majority > 0.3 && majority < 1)
  }

  @Test("a model stands beside counting") func losses() async throws {
    let value = try await Workbench().run(Workbench.preparation + "baseline dev")
    guard case .record(let record) = value, case .number(let unigram)? = record["unigram"],
      case .number(let bigram)? = record["bigram"], case .number(let loss)? = record["loss"]
    else { return #expect(Bool(false), "\(value)") }
    // The answers are nearly all the same words, which an untrained model does not know.
    #expect(bigram < unigram && unigram < loss)
  }

  @Test("few rows and an untrained model are concerns") func advice() async throws {
    let bench = try Workbench()
    let value = try await bench.run(Workbench.preparation + "advise")
    guard case .record(let record) = value else { return #expect(Bool(false), "\(value)") }
    #expect(record["concerns"] != 0)
    #expect(bench.screen.contains("! 8 rows to train on is few"), "\(bench.screen)")
    #expect(bench.screen.contains("the task is far"), "\(bench.screen)")
  }
}
