import Datasets
import Evaluation
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
    let name = call.name("data") ?? "dev"
    let comparison = try session.compare(
      on: name, tell: session.teller(measuring: { "\($0.rawValue) on \(name)" }))
    session.show(
      .report(
        .group([
          .table(table(comparison)),
          .text(
            comparison.isConclusive
              ? verdict(comparison.difference) : "one row is too few to tell base from tuned"),
        ])))
    for answer in try session.compareAnswers(on: name, count: call.int("count") ?? 2) {
      session.show(.report(.group([.text("\n"), .fields(fields(answer))])))
    }
    let difference = comparison.difference
    return .record([
      "base": .number(comparison.base.report.loss), "tuned": .number(comparison.tuned.report.loss),
      "difference": .number(difference.mean), "low": .number(difference.lower),
      "high": .number(difference.upper), "better": .bool(comparison.isBetter),
    ])
  }

  private static func table(_ comparison: ModelComparison) -> Table {
    let isOfPreferences = comparison.base.margin != nil
    var table = Table(columns: [
      .init("on \(comparison.base.name)"), .init("loss", .right), .init("95 % interval", .right),
      .init(isOfPreferences ? "margin" : "perplexity", .right),
      .init(isOfPreferences ? "preferences met" : "right tokens", .right),
    ])
    for side in [comparison.base, comparison.tuned] {
      let (report, estimate) = (side.report, side.estimate)
      let ends = [estimate.lower, estimate.upper].map { Quantity($0, .loss).text }
      table.append([
        .text(side.state.rawValue), .quantity(Quantity(estimate.mean, .loss)),
        .text(ends.joined(separator: " to ")),
        .quantity(
          side.margin.map { Quantity($0.mean, .loss) }
            ?? Quantity(report.perplexity, .decimals(2))),
        .quantity(Quantity(report.accuracy, .percent)),
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

  private static func fields(_ answer: ComparedAnswer) -> [Report.Field] {
    let texts = [
      ("prompt", answer.row.input), ("wanted", answer.row.target), ("base", answer.base),
      ("tuned", answer.tuned),
    ]
    return texts.map { Report.Field($0.0, .text(Wording.oneLine($0.1))) }
  }
}
