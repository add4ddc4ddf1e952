import Reporting
import Testing

/// What people read when a command cannot do what was asked: exact texts.
@Suite("Errors of commands") struct ErrorTests {
  static let cases: [(script: String, text: String)] = [
    (
      "train 1 epoch",
      """
      error[L130]: `train` needs a model, and none is loaded.
        test.ft:1:1
        | train 1 epoch
        | ^^^^^^^^^^^^^
        try: load model finch

      """
    ),
    (
      "load model fnch",
      """
      error[M101]: there is no model called `fnch`.
        test.ft:1:12
        | load model fnch
        |            ^^^^ bundled: finch
        try: load model finch
        try: load model "path/to/folder"      a folder with config.json

      """
    ),
    (
      "load data \"suport.jsonl\"",
      """
      error[D101]: there is no file "suport.jsonl".
        test.ft:1:11
        | load data "suport.jsonl"
        |           ^^^^^^^^^^^^^^ bundled: forecasts.jsonl, messy.jsonl, neutral.txt, posts.jsonl, preferences.jsonl, reviews.csv, support.jsonl
        try: load data "support.jsonl" split 90/10

      """
    ),
    (
      "set lr 2",
      """
      error[S301]: lr 2 is outside auto, or 1e-8 to 1.
        test.ft:1:8
        | set lr 2
        |        ^
        try: set lr auto

      """
    ),
    (
      "set batch 0",
      """
      error[S301]: batch 0 is outside 1 to 65536, whole numbers.
        test.ft:1:11
        | set batch 0
        |           ^
        try: set batch 8

      """
    ),
  ]

  @Test("before a model", arguments: cases.map(\.script))
  func exactText(script: String) async throws {
    let expected = Self.cases.first { $0.script == script }?.text
    #expect(await (try Workbench()).errorText(script) == expected)
  }

  @Test("a bad row is shown with its place") func badRow() async throws {
    let bench = try Workbench()
    try bench.write(
      "bad.jsonl", #"{"prompt":"a","completion":"b"}"# + "\n" + #"{"prompt":"a, "completion":"b"}"#)
    let text = await bench.errorText("load data \"bad.jsonl\"")
    #expect(text.hasPrefix("error[D201]: line 2 of bad.jsonl is not valid JSON.\n  bad.jsonl:2:"))
    #expect(text.contains("skip bad"))
    _ = try await bench.run("load data \"bad.jsonl\" skip bad")
    #expect(bench.screen.contains("1 row,"))
  }

  @Test("data that was not split has no dev") func noDev() async throws {
    let bench = try Workbench()
    _ = try await bench.run(Workbench.preparation)
    let text = await bench.errorText("load data \"rows.jsonl\"\neval dev")
    #expect(text.contains("D250"), "\(text)")
    #expect(text.contains("split 90/10"), "\(text)")
  }

  @Test("without an adapter there is none to save") func noAdapter() async throws {
    let bench = try Workbench()
    let text = await bench.errorText(Workbench.preparation + "save adapter \"out/adapter\"")
    #expect(text.contains("M131") && text.contains("train 1 epoch"), "\(text)")
  }
}
