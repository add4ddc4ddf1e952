import Evaluation
package import Language
import Objectives
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
      "Rows with preferences are measured by what teaches them: the loss a pair, the share of pairs whose "
        + "chosen answer gained more than the rejected one over the model of before, and the margin, how "
        + "far it is ahead, each with its 95 % interval. The model of before is the one that the last "
        + "training began with, or, for other rows, the one that was loaded.",
      "A head that chooses labels is measured by its loss, the share of rows that are right, macro-F1, the "
        + "Matthews correlation and the expected calibration error, each with its 95 % interval, and which "
        + "labels are taken for which; of several labels a text F1 over all, and of numbers the root mean "
        + "squared error and Pearson's correlation.",
    ],
    patterns: ["[<data:data>] {by label | using <which:choice>}"],
    slots: ["data": .fallback("dev"), "which": .choices("base", "tuned").fallback("tuned")],
    needs: ["model", "data"], synonyms: ["evaluate", "measure", "test"],
    result: [
      .init(
        "loss", "mean loss per trained token, or per preference, in nats", when: "unless by label"),
      .init("low", "lower end of its 95 % interval"), .init("high", "upper end"),
      .init("perplexity", "exp(loss)", when: "of texts"),
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
      .init("tokens", "trained tokens measured", when: "of texts"),
      .init("examples", "rows measured"),
      .init("bits_per_byte", "its cost, whatever the vocabulary", when: "of plain text"),
      .init("baseline", "what always giving the commonest label gets right", when: "by label"),
      .init("labels", "all labels, sorted", when: "by label"),
      .init(
        "confusion", "for each label, how many of its rows were given which", when: "by label"),
    ] + headFields,
    examples: ["eval dev", "eval dev using base", "eval dev by label"],
    seeAlso: ["compare", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let name = call.name("data") ?? "dev"
    let state = call.name("which").flatMap(ModelState.init)
    let tell = session.teller(measuring: { _ in "eval \(name)" })
    if try session.measuresHead(on: name) {
      return show(try session.evaluateHead(on: name, using: state, tell: tell), in: session)
    }
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
