import Evaluation
import Language
import Reporting
import Session

/// Two branches, or two adapters, on the same rows.
extension SideComparison {
  /// What the value of a command has that compares two.
  static let fields: [Signature.ResultField] = [
    .init("first", "loss of the first"), .init("second", "loss of the second"),
    .init("difference", "second less first"), .init("low", "lower end of its 95 % interval"),
    .init("high", "upper end"), .init("better", "whether the whole interval is below 0"),
    .init("wins", "rows that the second has at less loss"), .init("losses", "rows at more"),
    .init("ties", "rows at the same"),
    .init("needed", "about how many rows would show the difference; null where there is none"),
  ]

  /// Does a command that names two sides and data: `measure` compares them, telling what it is told to.
  static func value(
    of call: Call, in session: isolated Session,
    by measure: (String, String, String, (VerbEvent) -> Void) throws -> SideComparison
  ) throws -> Value {
    let names = [call.name("first") ?? "", call.name("second") ?? ""]
    let data = call.name("data") ?? "dev"
    let comparison = try measure(
      names[0], names[1], data, session.teller(measuring: { _ in data }))
    session.show(.report(comparison.report(names: names, data: data)))
    return .record(comparison.record)
  }

  /// Both in a table, and what it says.
  private func report(names: [String], data: String) -> Report {
    var table = Table(columns: [
      .init("on \(data)"), .init("loss", .right), .init("95 % interval", .right),
      .init("right tokens", .right),
    ])
    for (name, side) in zip(names, [first, second]) {
      table.append([
        .text(name), .quantity(Quantity(side.estimate.mean, .loss)),
        .text(Wording.ends(of: side.estimate)), .quantity(Quantity(side.report.accuracy, .percent)),
      ])
    }
    return .group([
      .table(table), .text(Wording.verdict(difference, rows, of: names.last ?? "")),
    ])
  }

  /// What scripts see of it.
  private var record: Record {
    [
      "first": .number(first.report.loss), "second": .number(second.report.loss),
      "difference": .number(difference.mean), "low": .number(difference.lower),
      "high": .number(difference.upper), "better": .bool(difference.upper < 0),
      "wins": .integer(rows.wins), "losses": .integer(rows.losses), "ties": .integer(rows.ties),
      "needed": difference.neededCount(from: rows.count).map { Value.integer($0) } ?? .null,
    ]
  }
}
