import Evaluation
package import Language
import Reporting
package import Session

/// The command `compare branches main hot on dev`.
package struct CompareBranches: Command {
  package static let signature = Signature(
    "compare branches", "Measure two branches on the same rows, side by side.",
    details: [
      "The difference has its own 95 % interval, from the rows in pairs; when that holds 0 the "
        + "difference may be noise."
    ],
    patterns: ["<first:word> <second:word> [on <data:data>]"],
    slots: ["data": .fallback("dev")], needs: ["model", "data"],
    result: [
      .init("first", "loss of the first branch"), .init("second", "loss of the second"),
      .init("difference", "second less first"), .init("low", "lower end of its 95 % interval"),
      .init("high", "upper end"), .init("better", "whether the whole interval is below 0"),
    ],
    examples: ["compare branches main main on dev"],
    seeAlso: ["branch", "keep branch", "compare", "compare run"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let names = [call.name("first") ?? "", call.name("second") ?? ""]
    let data = call.name("data") ?? "dev"
    let comparison = try session.compareBranches(
      names[0], names[1], on: data, tell: session.teller(measuring: { _ in data }))
    session.show(
      .report(.group([.table(table(comparison, names, data)), .text(verdict(comparison, names))])))
    let difference = comparison.difference
    return .record([
      "first": .number(comparison.first.report.loss),
      "second": .number(comparison.second.report.loss),
      "difference": .number(difference.mean), "low": .number(difference.lower),
      "high": .number(difference.upper), "better": .bool(difference.upper < 0),
    ])
  }

  private static func table(
    _ comparison: BranchComparison, _ names: [String], _ data: String
  ) -> Table {
    var table = Table(columns: [
      .init("on \(data)"), .init("loss", .right), .init("95 % interval", .right),
      .init("right tokens", .right),
    ])
    for (name, side) in zip(names, [comparison.first, comparison.second]) {
      table.append([
        .text(name), .quantity(Quantity(side.estimate.mean, .loss)),
        .text(range(side.estimate)), .quantity(Quantity(side.report.accuracy, .percent)),
      ])
    }
    return table
  }

  private static func range(_ estimate: Estimate) -> String {
    [estimate.lower, estimate.upper].map { Quantity($0, .loss).text }.joined(separator: " to ")
  }

  private static func verdict(_ comparison: BranchComparison, _ names: [String]) -> String {
    let difference = comparison.difference
    let change = "\(Quantity(difference.mean, .loss).text) (\(range(difference)))"
    if difference.upper < 0 { return "\(names[1]) is better: the loss differs by \(change)" }
    if difference.lower > 0 { return "\(names[1]) is worse: the loss differs by \(change)" }
    return "no clear difference: \(change), which may be noise"
  }
}
