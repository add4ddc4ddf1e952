import Commands
import Datasets
import Language
import Notebook
import Reporting
import Scoring
import Session
import Testing

/// `eval dev with …` and `eval dev by …`: measures of texts, together and by groups.
@Suite("Measures of a model's texts") struct TextMeasureTests {
  private static let topics = "load data \"topics.jsonl\" split 6/6\n"

  private func record(_ script: String, _ bench: Workbench? = nil) async throws -> Record {
    let value = try await (bench ?? Workbench()).run(Workbench.preparation + script)
    guard case .record(let record) = value else { throw Diagnostic(code: nil, "no record") }
    return record
  }

  private func number(_ record: Record, _ path: String...) throws -> Double {
    var value = Value.record(record)
    for name in path {
      guard case .record(let record) = value else { break }
      value = try #require(record[name], "\(name)")
    }
    guard case .number(let number) = value else { throw Diagnostic(code: nil, "no number") }
    return number
  }

  @Test("the loss is that of a plain measurement, with its interval") func losses() async throws {
    let plain = try await record("eval dev")
    let more = try await record("eval dev with loss, perplexity, token_accuracy, bits_per_byte")
    for field in ["loss", "low", "high", "accuracy"] { #expect(plain[field] == more[field]) }
    #expect(try number(more, "scores", "loss", "low") == number(plain, "low"))
    #expect(try number(more, "scores", "perplexity", "value") == number(plain, "perplexity"))
    #expect(try number(more, "scores", "loss", "count") == 4)
    let bits = try number(more, "scores", "bits_per_byte", "value")
    // About the eight bits of one of some 270 tokens, which are a byte or two.
    #expect(bits > 4 && bits < 10)
  }

  @Test("of plain text bits per byte are those of a plain measurement") func bits() async throws {
    let load = "set long cut\nload data \"reviews.csv\" text \"text\" split 90/10\n"
    let plain = try await record(load + "eval dev")
    let more = try await record(load + "eval dev with bits_per_byte")
    let difference =
      try number(plain, "bits_per_byte") - number(more, "scores", "bits_per_byte", "value")
    #expect(abs(difference) < 1e-9)
  }

  @Test("answers are those that each prompt gets alone") func answers() async throws {
    let bench = try Workbench()
    let together = try await record(
      "train 3 epochs\neval dev with exact, chrf, bleu, rouge1, squad_f1, stops", bench)
    let dev = try #require(await bench.runner.session.examples(named: "dev"))
    var answers: [WrittenAnswer] = []
    for row in dev {
      let value = try await bench.run("set temperature 0\nsample \"\(row.input)\"")
      guard case .record(let sampled) = value, case .string(let text) = sampled["text"] else {
        throw Diagnostic(code: nil, "no text")
      }
      answers.append(WrittenAnswer(text, references: [row.target]))
    }
    #expect(answers.count == 4)
    for name in ["exact", "chrf", "bleu", "rouge1", "squad_f1"] {
      let metric = try #require(TextMetric.named(name))
      let counts = metric.answerCounts(answers)
      let sums = counts.dropFirst().reduce(counts[0]) { zip($0, $1).map(+) }
      #expect(try number(together, "scores", name, "value") == metric.score(sums), "\(name)")
    }
    // Four tokens are too few for this model to end.
    #expect(try number(together, "scores", "stops", "value") < 1)
  }

  @Test("a model that learned its rows gives their answers and stops") func learned() async throws {
    let value = try await record(
      "set lr 1e-2, adapter none, tokens 20\ntrain 100 epochs\neval train with exact, stops, squad_exact"
    )
    #expect(try number(value, "scores", "exact", "value") == 1)
    #expect(try number(value, "scores", "squad_exact", "value") == 1)
    #expect(try number(value, "scores", "stops", "value") == 1)
    // Eight of eight: at least 68 % of all, by Wilson.
    #expect(abs(try number(value, "scores", "exact", "low") - 0.675_59) < 1e-4)
  }

  @Test("as many rows are answered as are set") func limit() async throws {
    let bench = try Workbench()
    let value = try await record("set answers 3\neval train with chrf", bench)
    #expect(try number(value, "scores", "chrf", "count") == 3)
    #expect(try number(value, "scores", "loss", "count") == 8)
    #expect(bench.screen.contains("3 rows of 8 in train are answered"))
  }

  @Test("groups make up the whole") func groups() async throws {
    let value = try await record(Self.topics + "eval data by topic with chrf")
    guard case .record(let groups) = value["groups"] else { throw Diagnostic(code: nil, "none") }
    #expect(groups.names == ["even", "odd"])
    #expect(try number(groups, "even", "rows") == 6)
    #expect(try number(groups, "odd", "chrf", "count") == 6)
    // Not a mean of the two losses, whose tokens are not as many; it is between them.
    let losses = try [
      number(groups, "even", "loss", "value"), number(groups, "odd", "loss", "value"),
    ]
    let whole = try number(value, "loss")
    #expect(losses.min() ?? 9 < whole && whole < losses.max() ?? 0)
  }

  @Test("measures may be given by a value") func value() async throws {
    let value = try await record("let names = [\"chrf\", \"json\"]\neval dev with (names)")
    #expect(try number(value, "scores", "json", "value") == 0)
    #expect(try number(value, "scores", "chrf", "count") == 4)
  }

  @Test("rows are divided by their length") func lengths() async throws {
    let value = try await record(Self.topics + "eval data by length")
    guard case .record(let groups) = value["groups"] else { throw Diagnostic(code: nil, "none") }
    let counts = try groups.names.map { try number(groups, $0, "rows") }
    #expect(counts.reduce(0, +) == 12 && counts.count > 1)
    #expect(groups.names.allSatisfy { $0.hasSuffix("tokens") })
  }

  @Test("measures are offered, after a comma too") func completion() {
    func words(_ text: String) -> [String] {
      Completion.candidates(
        text: text, cursor: text.utf8.count, commands: CommandList.table, known: .none
      ).candidates.map(\.text)
    }
    #expect(words("eval dev with chr") == ["chrf", "chrfpp"])
    #expect(words("eval dev with bleu, chr") == ["chrf", "chrfpp"])
    #expect(words("eval dev with bleu, chrf ") == ["by", "using"])
  }

  @Test(
    "what cannot be measured is refused in words",
    arguments: [
      (
        "load data \"reviews.csv\" text \"text\" split 90/10\nset long cut\neval dev with bleu",
        "D252",
        "eval dev with loss, bits_per_byte"
      ),
      ("eval dev by topic", "D253", "eval dev by length"),
      (topics + "eval dev by topc", "D253", "eval dev by \"topic\""),
      (
        "let names = [\"bleu\", \"blue\"]\neval dev with (names)", "L132",
        "\"blue\" is none of loss"
      ),
      ("eval dev with bleu, blue", "L101", "did you mean `bleu`?"),
    ])
  func refusals(script: String, code: String, hint: String) async throws {
    let text = try await Workbench().errorText(Workbench.preparation + script)
    #expect(text.contains("[\(code)]") && text.contains(hint), "\(text)")
  }
}
