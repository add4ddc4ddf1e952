import Language
import Testing

/// What stops a training before its first step, and what goes on all the same.
@Suite("Proof before a training") struct ProofTests {
  /// The rows and the model of the usual preparation, dev being two of the rows to train on.
  private static let leaking = """
    load data "rows.jsonl" dev "bad.jsonl"
    train tokenizer 300 to "tokenizer.json"
    new model wren {hidden: 16, layers: 1, heads: 2, context: 128} tokenizer "tokenizer.json"
    set batch 4

    """

  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.write(
      "bad.jsonl",
      #"{"prompt":"number 3","completion":"it is 21!"}"# + "\n"
        + #"{"prompt":"number 99","completion":"it is 693"}"#)
    return bench
  }

  @Test("held-out rows in train stop it, and are dropped or waived by name")
  func leaks() async throws {
    let text = await (try bench()).errorText(Self.leaking + "train 1 step")
    #expect(
      text.hasPrefix(
        "error[D271]: 1 of 2 held-out rows is in train too, so that what is measured there was "
          + "learned by heart.\n"), "\(text)")
    #expect(text.contains("try: drop leaks rows "), "\(text)")
    #expect(text.contains("try: set waive leaks "), "\(text)")
    let dropped = try await bench().run(Self.leaking + "drop leaks rows; (train 1 step).steps")
    #expect(dropped == 1)
    let bench = try bench()
    let waived = try await bench.run(Self.leaking + "set waive leaks; (train 1 step).steps")
    #expect(waived == 1)
    #expect(
      bench.screen.contains("note: 1 of 2 held-out rows is in train too: line 1."),
      "\(bench.screen)")
  }

  @Test("who trains on dev, or on all rows, has said so", arguments: ["dev", "rows", "data"])
  func named(part: String) async throws {
    let value = try await bench().run(Self.leaking + "(train 1 step on \(part)).steps")
    #expect(value == 1)
  }

  @Test("several faults are told and waived together") func several() async throws {
    let cut = Self.leaking + "set context 9, long cut\n"
    let text = await (try bench()).errorText(cut + "train 1 step")
    #expect(text.contains("of 12 rows are cut before the answer ends"), "\(text)")
    #expect(text.contains("try: set waive [\"leaks\", \"truncation\"]"), "\(text)")
    let value = try await bench().run(
      cut + "set waive [\"leaks\", \"truncation\"]; (train 1 step).steps")
    #expect(value == 1)
    let other = await (try bench()).errorText("set waive [\"leeks\"]")
    #expect(other.contains("leaks, contradictions, truncation, ends, begins"), "\(other)")
  }

  @Test("texts with several labels stop it") func contradictions() async throws {
    let bench = try Workbench()
    let rows = (0..<20).map { #"{"text":"number \#($0 % 19)","label":"\#($0 < 19 ? "x" : "y")"}"# }
    try bench.write("bad.jsonl", rows.joined(separator: "\n"))
    let text = await bench.errorText(
      Workbench.preparation + "load data \"bad.jsonl\"\ntrain 1 step")
    #expect(
      text.hasPrefix("error[D272]: 2 of 20 rows are there with another label as well"), "\(text)")
    #expect(text.contains("where: lines 1, 20"), "\(text)")
  }

  @Test("the record of the run has what was found") func recorded() async throws {
    let bench = try bench()
    _ = try await bench.run(Self.leaking + "set waive leaks\ntrain 1 step\nshow run last")
    #expect(bench.screen.contains(" tokens trained; leaks 1 of 2\n"), "\(bench.screen)")
  }
}
