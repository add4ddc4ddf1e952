import Language
import Testing

/// Commands that write answers, or choose among them.
@Suite("Answers of commands") struct AnswerTests {
  @Test("several answers are those of one at a time, shown in order") func times() async throws {
    let bench = try Workbench()
    let result = try await bench.run(
      Workbench.preparation + "sample \"number 3\" times 5 length 6 at temperature 1.0 seed 2")
    guard case .record(let record) = result, case .list(let answers)? = record["answers"] else {
      Issue.record("\(result)")
      return
    }
    let texts = answers.compactMap { if case .string(let text) = $0 { text } else { nil } }
    #expect(texts.count == 5 && Set(texts).count > 1)
    #expect(bench.screen.hasSuffix(texts.map { $0 + "\n" }.joined()))
    #expect(record["text"] == .string(texts[0]))
  }

  @Test("a rounded cache writes as much, and is refused by another name") func cache() async throws
  {
    let bench = try Workbench()
    let result = try await bench.run(
      Workbench.preparation + "set cache bf16\n(sample \"number 3\" length 6 raw).tokens")
    #expect(result == .number(6))
    #expect(await bench.errorText("set cache f16").contains("bf16"))
  }

  @Test("by label, rows that are learnt are right") func byLabel() async throws {
    let bench = try Workbench()
    let rows = (0..<40).map { index in
      let isLight = index % 3 == 0
      let (prompt, answer) = isLight ? ("day", "light") : ("night", "dark")
      return #"{"prompt":"\#(prompt) \#(index)","completion":"\#(answer)"}"#
    }
    try bench.write("bad.jsonl", rows.joined(separator: "\n"))
    let result = try await bench.run(
      Workbench.preparation + """
        load data "bad.jsonl" split 30/10
        set lr 1e-2, adapter none
        train 8 epochs
        eval dev by label
        """)
    guard case .record(let record) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(record["accuracy"] == .number(1) && record["examples"] == .number(10))
    #expect(record["labels"] == .list([.string("dark"), .string("light")]))
    guard case .record(let confusion)? = record["confusion"],
      case .record(let dark)? = confusion["dark"], case .number(let count)? = dark["dark"]
    else {
      Issue.record("no confusion")
      return
    }
    #expect(dark["light"] == .number(0))
    #expect(record["baseline"] == .number(max(count, 10 - count) / 10))
    #expect(bench.screen.contains("100.0% of 10 rows right"))
    #expect(bench.screen.contains("as dark  as light"))
  }

  @Test(
    "rows that are not for labels are refused",
    arguments: [
      ((0..<60).map { #"{"prompt":"a","completion":"b\#($0)"}"# }, "has 60 different answers"),
      ((0..<4).map { #"{"prompt":"a\#($0)","completion":"b"}"# }, "the same answer"),
      ((0..<4).map { #"{"text":"a\#($0)"}"# }, "rows without an answer"),
    ])
  func noLabels(rows: [String], words: String) async throws {
    let bench = try Workbench()
    try bench.write("bad.jsonl", rows.joined(separator: "\n"))
    let text = await bench.errorText(
      Workbench.preparation + "load data \"bad.jsonl\"\neval bad by label")
    #expect(text.hasPrefix("error[D251]") && text.contains(words), "\(text)")
    #expect(text.contains("try: eval bad"), "\(text)")
  }

  @Test("shares of given answers sum to 1, likeliest first", arguments: ["", " raw"])
  func choices(raw: String) async throws {
    let bench = try Workbench()
    let result = try await bench.run(
      Workbench.preparation + "sample \"number 3\" from [\"it is 21\", \"it\", \"no\"]\(raw)")
    guard case .record(let record) = result, case .list(let choices)? = record["choices"] else {
      Issue.record("\(result)")
      return
    }
    let shares = choices.compactMap { choice -> Double? in
      guard case .record(let fields) = choice, case .number(let share)? = fields["share"] else {
        return nil
      }
      return share
    }
    #expect(shares.count == 3 && shares == shares.sorted(by: >))
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
  }

  @Test(
    "a list that is nothing to choose from is refused",
    arguments: ["[\"a\"]", "[1, 2]", "[\"a\", \"a\"]", "[\"a\", \"\"]"])
  func badChoices(list: String) async throws {
    let bench = try Workbench()
    let text = await bench.errorText(Workbench.preparation + "sample \"a\" from \(list)")
    #expect(text.hasPrefix("error[S305]"), "\(text)")
  }
}
