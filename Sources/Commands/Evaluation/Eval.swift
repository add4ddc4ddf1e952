import Datasets
import Evaluation
package import Language
import Numerics
import Reporting
package import Session
import Tokenizers
import Training

/// The command `eval dev`.
package struct Eval: Command {
  package static let signature = Signature(
    "eval", "Measure the model's loss on held-out rows.",
    details: [
      "The loss is the mean per trained token, in nats, with the range that holds it in 95 of 100 "
        + "resamplings of the rows. Perplexity is its exponential: among how many equally likely "
        + "tokens the model seems to choose.",
      "By label, for rows whose answers come from a small set, the model chooses the likeliest of "
        + "all labels for each row: the share that is right, with its 95 % interval, beside what "
        + "always giving the commonest label would get, and which labels are taken for which.",
    ],
    patterns: ["[<data:data>] {by label | using <which:choice>}"],
    slots: ["data": .fallback("dev"), "which": .choices("base", "tuned").fallback("tuned")],
    needs: ["model", "data"], synonyms: ["evaluate", "measure", "test"],
    result: [
      .init("loss", "mean loss per trained token, in nats"),
      .init("low", "lower end of its 95 % interval"), .init("high", "upper end"),
      .init("perplexity", "exp(loss)"),
      .init(
        "accuracy", "share of tokens that were the likeliest; by label, of rows that are right"),
      .init("tokens", "trained tokens measured"), .init("examples", "rows measured"),
      .init("bits_per_byte", "of plain text: its cost, whatever the vocabulary"),
      .init("baseline", "by label: what always giving the commonest label gets right"),
      .init("labels", "by label: all labels, sorted"),
      .init("confusion", "by label: for each label, how many of its rows were given which"),
    ],
    examples: ["eval dev", "eval dev using base", "eval dev by label"],
    seeAlso: ["compare", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let model = try session.neededModel("eval")
    let label = call.name("which") ?? (model.isTuned ? "tuned" : "base")
    if call.has("label") { return try byLabel(call, model, label, in: session) }
    let (name, rows) = try session.neededExamples(call, slot: "data", fallback: "dev")
    let file = try session.neededData("eval").dataset.file
    let examples = try session.encoded(rows, of: file, for: model)
    let measure = { try session.measure(model, examples, label: "eval \(name)") }
    let report = try label == "base" ? session.asBase(model, measure) : measure()
    let metrics = LossMetrics(report)
    var sentence = "\(name), \(label): \(metrics.sentence)"
    var value = metrics.record
    if let bits = bitsPerByte(report, rows, examples, model) {
      sentence += ", \(Quantity(bits, .decimals(3)).text) bits per byte"
      value["bits_per_byte"] = .number(bits)
    }
    session.show(.report(.text(sentence)))
    return .record(value)
  }

  /// The bits that a byte of plain text costs; nil for other rows.
  ///
  /// It compares models of different vocabularies. The first token of a text is given, so its
  /// bytes do not count.
  private static func bitsPerByte(
    _ report: LossReport, _ rows: [Example], _ examples: [EncodedExample], _ model: LoadedModel
  ) -> Double? {
    var bytes = 0
    for row in rows {
      guard case .text(let text) = row.content else { return nil }
      bytes += text.utf8.count
    }
    var seen: Set<Int> = []
    for example in examples where seen.insert(example.row).inserted {
      bytes -= model.tokenizer.decode(Array(example.ids.prefix(1))).utf8.count
    }
    guard bytes > 0 else { return nil }
    return report.sums.reduce(0, +) / 0.693_147_180_559_945_3 / Double(bytes)
  }
}

/// The numbers of a loss report, as values and as text.
struct LossMetrics {
  let report: LossReport
  let estimate: Estimate

  init(_ report: LossReport) {
    self.report = report
    // The seed is fixed: the interval of a result is part of the result.
    estimate = report.estimate(seed: 0)
  }

  var perplexity: Double { exponential(estimate.mean) }

  var sentence: String {
    "loss \(Quantity(estimate.mean, .loss).text) (\(Quantity(estimate.lower, .loss).text) to "
      + "\(Quantity(estimate.upper, .loss).text)), perplexity "
      + "\(Quantity(perplexity, .decimals(2)).text), "
      + "\(Quantity.count(report.tokenCount).text) tokens of "
      + Wording.count(report.sums.count, "row")
  }

  var record: Record {
    [
      "loss": .number(estimate.mean), "low": .number(estimate.lower),
      "high": .number(estimate.upper), "perplexity": .number(perplexity),
      "accuracy": .number(report.accuracy), "tokens": .integer(report.tokenCount),
      "examples": .integer(report.sums.count),
    ]
  }
}

extension Session {
  /// Measures the model on examples, showing how far it is.
  ///
  /// - Throws: `CancellationError` after a request to stop.
  func measure(_ model: LoadedModel, _ examples: [EncodedExample], label: String) throws
    -> LossReport
  {
    let report = Evaluator.loss(
      of: model.model, on: examples, microbatchTokens: settings.training.microbatchTokens,
      isCancelled: { stop.isRequested },
      progress: { show(.progress(.init(label: label, fraction: $0))) })
    show(.progressEnded(summary: nil))
    guard let report else { throw CancellationError() }
    guard report.sums.allSatisfy(\.isFinite) else {
      throw Diagnostic.notNumbers("the loss", from: model)
    }
    return report
  }
}
