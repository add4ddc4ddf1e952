import Datasets
import Evaluation
import Generation
package import Language
import Reporting
package import Session

/// The command `compare base tuned on dev`.
package struct Compare: Command {
  package static let signature = Signature(
    "compare", "Measure base and tuned on the same rows, side by side.",
    details: [
      "The difference has its own 95 % interval, from the rows in pairs; when that holds 0 the "
        + "difference may be noise. Then come answers of both to the first rows."
    ],
    patterns: ["[base tuned] {on <data:data> | showing <count:int>}"],
    slots: [
      "data": .fallback("dev"),
      "count": .range(0...1000).fallback("2").about("answers to show side by side"),
    ],
    needs: ["model", "data"], synonyms: ["diff", "versus"],
    result: [
      .init("base", "loss of the model as loaded"), .init("tuned", "loss of it now"),
      .init("difference", "tuned less base"), .init("low", "lower end of its 95 % interval"),
      .init("high", "upper end"), .init("better", "whether the whole interval is below 0"),
    ],
    examples: ["compare base tuned on dev", "compare base tuned on dev showing 0"],
    seeAlso: ["eval", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let model = try session.neededModel("compare")
    guard model.isTuned else {
      throw Diagnostic(
        code: .nothingTrained, "there is nothing to compare: the model is as it was loaded.",
        hints: [.type("train 1 epoch")])
    }
    let (name, rows) = try session.neededExamples(call, slot: "data", fallback: "dev")
    let file = try session.neededData("compare").dataset.file
    let examples = try session.encoded(rows, of: file, for: model)
    let base = try session.asBase(model) {
      try session.measure(model, examples, label: "base on \(name)")
    }
    let tuned = try session.measure(model, examples, label: "tuned on \(name)")
    let difference = tuned.difference(from: base, seed: 0)
    session.show(
      .report(
        .group([
          .table(table(LossMetrics(base), LossMetrics(tuned), name: name)),
          .text(
            rows.count > 1 ? verdict(difference) : "one row is too few to tell base from tuned"),
        ])))
    try showAnswers(to: Array(rows.prefix(call.int("count") ?? 2)), of: model, in: session)
    return .record([
      "base": .number(base.loss), "tuned": .number(tuned.loss),
      "difference": .number(difference.mean), "low": .number(difference.lower),
      "high": .number(difference.upper), "better": .bool(rows.count > 1 && difference.upper < 0),
    ])
  }

  private static func table(_ base: LossMetrics, _ tuned: LossMetrics, name: String) -> Table {
    var table = Table(columns: [
      .init("on \(name)"), .init("loss", .right), .init("95 % interval", .right),
      .init("perplexity", .right), .init("right tokens", .right),
    ])
    for (label, metrics) in [("base", base), ("tuned", tuned)] {
      let ends = [metrics.estimate.lower, metrics.estimate.upper].map { Quantity($0, .loss).text }
      table.append([
        .text(label), .quantity(Quantity(metrics.estimate.mean, .loss)),
        .text(ends.joined(separator: " to ")),
        .quantity(Quantity(metrics.perplexity, .decimals(2))),
        .quantity(Quantity(metrics.report.accuracy, .percent)),
      ])
    }
    return table
  }

  private static func verdict(_ difference: Estimate) -> String {
    let ends = [difference.lower, difference.upper].map { Quantity($0, .loss).text }
    let range = "\(Quantity(difference.mean, .loss).text) (\(ends.joined(separator: " to ")))"
    if difference.upper < 0 { return "tuned is better: the loss changes by \(range)" }
    if difference.lower > 0 { return "tuned is worse: the loss changes by \(range)" }
    return "no clear difference: the loss changes by \(range), which may be noise"
  }

  /// Shows what base and tuned answer to rows, all prompts written side by side.
  private static func showAnswers(
    to rows: [Example], of model: LoadedModel, in session: isolated Session
  ) throws {
    let encoder = model.encoder(session.settings)
    let asked = rows.filter { !$0.target.isEmpty }.compactMap { row in
      (try? encoder.prompt(of: row)).flatMap { $0.isEmpty ? nil : (row: row, prompt: $0) }
    }
    let requests = asked.map { GenerationRequest($0.prompt, session.settings.sampling) }
    let generator = model.generator(session.settings)
    let write = { generator.generate(requests, isCancelled: { session.stop.isRequested }) }
    let (base, tuned) = (try session.asBase(model, write), write())
    if session.stop.isRequested { throw CancellationError() }
    if (base + tuned).contains(where: { $0.stopReason == .notNumbers }) {
      throw Diagnostic.notNumbers("what comes next", from: model)
    }
    for (index, row) in asked.map(\.row).enumerated() {
      let texts = [
        ("prompt", row.input), ("wanted", row.target), ("base", base[index].text),
        ("tuned", tuned[index].text),
      ]
      let fields = texts.map { Report.Field($0.0, .text(Wording.oneLine($0.1))) }
      session.show(.report(.group([.text("\n"), .fields(fields)])))
    }
  }
}
