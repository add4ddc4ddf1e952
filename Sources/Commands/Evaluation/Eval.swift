import Evaluation
package import Language
import Objectives
import Reporting
import Scoring
package import Session

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
      "Rows with preferences are measured by what teaches them: the loss a pair, the share of pairs whose "
        + "chosen answer gained more than the rejected one over the model of before, and the margin, how "
        + "far it is ahead, each with its 95 % interval. The model of before is the one that the last "
        + "training began with, or, for other rows, the one that was loaded.",
      "A head that chooses labels is measured by its loss, the share of rows that are right, macro-F1, the "
        + "Matthews correlation and the expected calibration error, each with its 95 % interval, and which "
        + "labels are taken for which; of several labels a text F1 over all, and of numbers the root mean "
        + "squared error and Pearson's correlation.",
      "Rows of queries with texts are measured by how early what belongs to a query stands among all texts of "
        + "the data, by vectors and beside them by BM25: nDCG and MRR over the first ten, and the share that "
        + "is found. Pairs of texts with a score are measured as numbers are.",
      "`with` measures more, each with its interval and the number of rows: "
        + TextMetric.all.filter { !$0.name.hasSuffix("_stem") }
        .map { "`\($0.name)`, \($0.about)" }.joined(separator: "; ")
        + ", these four by stems of words with `_stem` after their names. For those of answers the model writes one to each row, the likeliest token each time, as "
        + "long as `tokens` lets it, and to as many rows as `answers` says.",
      "`by` divides the rows by what stands under a key or column of their file beside what they are "
        + "made of, as a topic, or, with `length`, in quarters by their number of tokens.",
    ],
    patterns: [
      "[<data:data>] {by (label | length | <key:column>) | using <which:choice> | "
        + "with <metrics:choices>}"
    ],
    slots: [
      "data": .fallback("dev"), "which": .choices("base", "tuned").fallback("tuned"),
      "metrics": .choices(TextMetric.all.map(\.name)).about("what else is measured"),
      "key": .about("a key or column of the rows' file"),
    ],
    needs: ["model", "data"], synonyms: ["evaluate", "measure", "test"],
    result: [
      .init(
        "loss", "mean loss per trained token, or per preference, in nats", when: "unless by label"),
      .init("low", "lower end of its 95 % interval"), .init("high", "upper end"),
      .init("perplexity", "exp(loss)", when: "of texts, without `with` and `by`"),
      .init(
        "accuracy",
        "share of tokens that were the likeliest; by label, of rows that are right; of preferences, of "
          + "those that are met", when: "unless of a number"),
      .init("accuracy_low", "lower end of its 95 % interval", when: "of preferences or a head"),
      .init("accuracy_high", "upper end", when: "of preferences or a head"),
      .init("margin", "how far better answers are ahead", when: "of preferences"),
      .init("margin_low", "lower end of its 95 % interval", when: "of preferences"),
      .init("margin_high", "upper end", when: "of preferences"),
      .init("objective", "what the loss is one of", when: "of preferences, or of a head"),
      .init("tokens", "trained tokens measured", when: "of texts, without `with` and `by`"),
      .init("examples", "rows measured"),
      .init("bits_per_byte", "its cost, whatever the vocabulary", when: "of plain text"),
      .init("baseline", "what always giving the commonest label gets right", when: "by label"),
      .init("labels", "all labels, sorted", when: "by label"),
      .init(
        "confusion", "for each label, how many of its rows were given which", when: "by label"),
      .init(
        "scores", "for each measure its `value`, `low`, `high` and `count` of rows",
        when: "with measures"),
      .init("groups", "for each group its `rows` and its scores", when: "by a key or length"),
    ] + headFields + retrievalFields,
    examples: [
      "eval dev", "eval dev using base", "eval dev by label", "eval dev with bleu, chrf, stops",
      "eval dev by length", "eval dev by topic with exact",
    ],
    seeAlso: ["compare", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let name = call.name("data") ?? "dev"
    let state = call.name("which").flatMap(ModelState.init)
    let tell = session.teller(measuring: { _ in "eval \(name)" })
    let isPlain = call.slot("metrics") == nil
    if isPlain, !call.has("by"), let kind = try session.measuresVectors(on: name) {
      return kind == .retrieve
        ? show(try session.evaluateRetrieval(on: name, using: state, tell: tell), in: session)
        : show(try session.evaluateSimilarity(on: name, using: state, tell: tell), in: session)
    }
    if isPlain, !call.has("by") || call.has("label"), try session.measuresHead(on: name) {
      return show(try session.evaluateHead(on: name, using: state, tell: tell), in: session)
    }
    if call.has("label"), isPlain {
      return show(try session.evaluateLabels(on: name, using: state, tell: tell), in: session)
    }
    if call.has("by") || !isPlain {
      return try showTexts(call, on: name, state, by: grouping(call), in: session)
    }
    let evaluation = try session.evaluate(on: name, using: state, tell: tell)
    var sentence = "\(name), \(evaluation.state.rawValue): \(evaluation.sentence)"
    var value = evaluation.record
    if let bits = evaluation.bitsPerByte {
      sentence += ", \(Quantity(bits, .decimals(3)).text) bits per byte"
      value["bits_per_byte"] = .number(bits)
    }
    session.show(.report(.text(sentence)))
    return .record(value)
  }

  /// By what the rows are divided; nil where they are not.
  private static func grouping(_ call: Call) -> RowGrouping? {
    if call.has("length") { return .length }
    if call.has("label") { return .attribute("label") }
    return call.name("key").map(RowGrouping.attribute)
  }
}

extension LossEvaluation {
  fileprivate var sentence: String {
    if let met, let margin { return sentence(met, margin) }
    return "loss \(range(estimate, .loss)), perplexity "
      + "\(Quantity(report.perplexity, .decimals(2)).text), "
      + "\(Quantity.count(report.tokenCount).text) tokens of "
      + Wording.count(report.sums.count, "row")
  }

  private func sentence(_ met: Estimate, _ margin: Estimate) -> String {
    "\(kind.rawValue) loss \(range(estimate, .loss)), preferences met \(range(met, .percent)), margin "
      + "\(range(margin, .loss)), " + Wording.count(report.sums.count, "row")
  }

  private func range(_ estimate: Estimate, _ unit: Quantity.Unit) -> String {
    let text = { (number: Double) in Quantity(number, unit).text }
    return "\(text(estimate.mean)) (\(text(estimate.lower)) to \(text(estimate.upper)))"
  }

  fileprivate var record: Record {
    if let met, let margin {
      return [
        "loss": .number(estimate.mean), "low": .number(estimate.lower),
        "high": .number(estimate.upper), "accuracy": .number(met.mean),
        "accuracy_low": .number(met.lower), "accuracy_high": .number(met.upper),
        "margin": .number(margin.mean), "margin_low": .number(margin.lower),
        "margin_high": .number(margin.upper), "objective": .string(kind.rawValue),
        "examples": .integer(report.sums.count),
      ]
    }
    return [
      "loss": .number(estimate.mean), "low": .number(estimate.lower),
      "high": .number(estimate.upper), "perplexity": .number(report.perplexity),
      "accuracy": .number(report.accuracy), "tokens": .integer(report.tokenCount),
      "examples": .integer(report.sums.count),
    ]
  }
}
