import Evaluation
package import Language
import Reporting
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
    ],
    patterns: ["[<data:data>] {by label | using <which:choice>}"],
    slots: ["data": .fallback("dev"), "which": .choices("base", "tuned").fallback("tuned")],
    needs: ["model", "data"], synonyms: ["evaluate", "measure", "test"],
    result: [
      .init("loss", "mean loss per trained token, in nats", when: "unless by label"),
      .init("low", "lower end of its 95 % interval"), .init("high", "upper end"),
      .init("perplexity", "exp(loss)", when: "unless by label"),
      .init(
        "accuracy", "share of tokens that were the likeliest; by label, of rows that are right"),
      .init("tokens", "trained tokens measured", when: "unless by label"),
      .init("examples", "rows measured"),
      .init("bits_per_byte", "its cost, whatever the vocabulary", when: "of plain text"),
      .init("baseline", "what always giving the commonest label gets right", when: "by label"),
      .init("labels", "all labels, sorted", when: "by label"),
      .init(
        "confusion", "for each label, how many of its rows were given which", when: "by label"),
    ],
    examples: ["eval dev", "eval dev using base", "eval dev by label"],
    seeAlso: ["compare", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let name = call.name("data") ?? "dev"
    let state = call.name("which").flatMap(ModelState.init)
    let tell = session.teller(measuring: { _ in "eval \(name)" })
    if call.has("label") {
      return show(try session.evaluateLabels(on: name, using: state, tell: tell), in: session)
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
}

extension LossEvaluation {
  fileprivate var sentence: String {
    "loss \(Quantity(estimate.mean, .loss).text) (\(Quantity(estimate.lower, .loss).text) to "
      + "\(Quantity(estimate.upper, .loss).text)), perplexity "
      + "\(Quantity(report.perplexity, .decimals(2)).text), "
      + "\(Quantity.count(report.tokenCount).text) tokens of "
      + Wording.count(report.sums.count, "row")
  }

  fileprivate var record: Record {
    [
      "loss": .number(estimate.mean), "low": .number(estimate.lower),
      "high": .number(estimate.upper), "perplexity": .number(report.perplexity),
      "accuracy": .number(report.accuracy), "tokens": .integer(report.tokenCount),
      "examples": .integer(report.sums.count),
    ]
  }
}
