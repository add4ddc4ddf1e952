import Language
import Reporting
import Testing

/// Whether to train, beside what needs no training, and what training did.
@Suite("Judgement") struct JudgementTests {
  /// Rows with a label, of which `text` and `label` make each.
  private func bench(
    _ count: Int, text: (Int) -> String, label: (Int) -> String
  ) throws -> Workbench {
    let bench = try Workbench()
    let rows = (0..<count).map { "{\"text\":\"\(text($0))\",\"label\":\"\(label($0))\"}" }
    try bench.write("bad.jsonl", rows.joined(separator: "\n"))
    return bench
  }

  private static let model = """
    train tokenizer 300 to "tokenizer.json"
    new model wren {hidden: 16, layers: 1, heads: 2, context: 128} tokenizer "tokenizer.json"

    """

  private func advice(_ bench: Workbench) async throws -> Record {
    let value = try await bench.run(
      "load data \"bad.jsonl\" split 2/1\n" + Self.model + "advise")
    guard case .record(let record) = value else { throw Diagnostic(code: nil, "no record") }
    return record
  }

  private static let words = ["cup", "lamp", "tea", "pen", "book", "bag", "shoe", "coat", "ring"]
  /// A word that follows no pattern a classifier could learn.
  private static func word(_ number: Int) -> String {
    words[(number * 7 + number / 9) % words.count]
  }

  @Test("labels that follow nothing are chance, and the data is to be mended") func shuffled()
    async throws
  {
    // The label is a digit of the square of the row's number, which no word tells.
    let bench = try bench(
      180, text: { "number \($0): a \(Self.word($0)) and a \(Self.word($0 * 5 + 2))" },
      label: { ($0 * $0 / 7) % 2 == 0 ? "good" : "bad" })
    let record = try await advice(bench)
    #expect(record["verdict"] == .string("mend the data"), "\(bench.screen)")
    #expect(bench.screen.contains("no word tells the labels"), "\(bench.screen)")
  }

  @Test("labels that a word tells need no training") func keyword() async throws {
    let bench = try bench(
      180, text: { "number \($0): a \(Self.word($0)), \($0 % 3 == 0 ? "broken" : "fine") today" },
      label: { $0 % 3 == 0 ? "bad" : "good" })
    let record = try await advice(bench)
    #expect(record["verdict"] == .string("do not train"), "\(bench.screen)")
    #expect(bench.screen.contains("that may be enough"), "\(bench.screen)")
  }

  @Test("twenty rows are too few, with what they can tell") func few() async throws {
    let bench = try bench(
      20, text: { "number \($0): a \(Self.word($0))" }, label: { $0 % 3 == 0 ? "bad" : "good" })
    let record = try await advice(bench)
    #expect(record["verdict"] == .string("more data"), "\(bench.screen)")
    // Seven held out, three of them right.
    #expect(
      bench.screen.contains("dev has 7 rows") && bench.screen.contains("15.8% to 75.0%"),
      "\(bench.screen)")
  }

  @Test("a model's answers stand beside simple ones on the same rows") func baselines() async throws
  {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation + "baseline dev with exact, chrf shots 2")
    guard case .record(let record) = value, case .record(let scores)? = record["scores"] else {
      return #expect(Bool(false), "\(value)")
    }
    #expect(
      scores.names == ["nearest", "bm25", "copy", "shots", "model", "unigram", "bigram", "loss"])
    for name in ["nearest", "bm25", "copy", "shots", "model"] {
      guard case .record(let measures)? = scores[name], case .record(let chrf)? = measures["chrf"]
      else { return #expect(Bool(false), "\(name)") }
      #expect(measures.names == ["exact", "chrf"] && chrf["count"] == 4)
    }
    let eval = try await bench.run("eval dev with chrf")
    guard case .record(let measured) = eval, case .record(let own)? = measured["scores"],
      case .record(let model)? = scores["model"]
    else { return #expect(Bool(false), "\(eval)") }
    #expect(own["chrf"] == model["chrf"])
  }

  @Test("labels are chosen by the model as they are by `eval dev by label`") func labels()
    async throws
  {
    let bench = try bench(
      30, text: { "a \(Self.word($0)), \($0 % 3 == 0 ? "broken" : "fine")" },
      label: { $0 % 3 == 0 ? "bad" : "good" })
    let value = try await bench.run(
      "load data \"bad.jsonl\" split 2/1\n" + Self.model + "train 1 step\nbaseline dev shots 3")
    let eval = try await bench.run("eval dev by label")
    guard case .record(let record) = value, case .record(let measured) = eval else {
      return #expect(Bool(false), "\(value)")
    }
    #expect(record["model"] == measured["accuracy"])
    #expect(record["words"] != nil && record["shots"] != nil && record["copy"] == nil)
  }

  @Test("too few rows are told with how many would do") func needed() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation + "set lr 1e-6\ntrain 1 step\ncompare base tuned on dev showing 0")
    guard case .record(let record) = value else { return #expect(Bool(false), "\(value)") }
    guard record["better"] == .bool(false) else {
      // Moved so little that the direction itself is sure; then nothing is needed.
      return #expect(bench.screen.contains("tuned is"))
    }
    #expect(bench.screen.contains("at n = 4"), "\(bench.screen)")
  }

  @Test("what training unlearned is measured on neutral text") func forgetting() async throws {
    let bench = try Workbench()
    let value = try await bench.run(
      Workbench.preparation
        + "set lr 1e-2, adapter none\ntrain 30 epochs\ncompare base tuned on dev showing 0 forgetting with chrf"
    )
    guard case .record(let record) = value, case .record(let forgetting)? = record["forgetting"],
      case .number(let low)? = forgetting["low"]
    else { return #expect(Bool(false), "\(value)") }
    #expect(record["better"] == .bool(true) && record["wins"] == 4)
    // Twelve rows of numbers leave nothing of plain sentences.
    #expect(low > 0 && bench.screen.contains("less well than before"), "\(bench.screen)")
    guard case .record(let scores)? = record["scores"], case .record(let chrf)? = scores["chrf"]
    else { return #expect(Bool(false), "\(value)") }
    #expect(chrf.names.suffix(4) == ["wins", "losses", "ties", "needed"])
  }
}
