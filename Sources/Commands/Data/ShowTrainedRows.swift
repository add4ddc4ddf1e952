import Datasets
package import Language
import Reporting
import Runs
package import Session

/// The command `show worst 10`.
package struct ShowWorst: Command {
  package static let signature = Signature(
    "show worst", "Show the rows that the last training found hardest.",
    details: [
      "Each step measures the rows it takes, before they change anything, so the record costs no "
        + "time. A row that stays hard over all epochs is often a wrong one: look at it, and `drop` it "
        + "by its line. Without a training in this session the last recorded one is asked."
    ],
    patterns: ["[<count:int>]"], slots: TrainedRows.slots, result: TrainedRows.result,
    examples: ["show worst 10", "show worst"], seeAlso: ["show forgotten", "drop", "check data"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let rows = try session.trainedExamples().worst(TrainedRows.count(call))
    return TrainedRows.show(rows, ifNone: "the last training has no record of rows", in: session)
  }
}

/// The command `show forgotten`.
package struct ShowForgotten: Command {
  package static let signature = Signature(
    "show forgotten", "Show the rows that the last training knew better in an earlier epoch.",
    details: [
      "A row counts when its loss in the last epoch is more than a tenth above the least it was. Rows "
        + "that are learned and lost again are often hard, or contradict others."
    ],
    patterns: ["[<count:int>]"], slots: TrainedRows.slots, result: TrainedRows.result,
    examples: ["show forgotten", "show forgotten 5"], seeAlso: ["show worst", "drop"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let rows = try session.trainedExamples().forgotten(TrainedRows.count(call))
    return TrainedRows.show(
      rows, ifNone: "no row was known better in an earlier epoch", in: session)
  }
}

/// What both commands share.
private enum TrainedRows {
  static let slots: [String: SlotRule] = ["count": .range(1...1_000_000).fallback("10")]

  static let result: [Signature.ResultField] = [
    .init("lines", "their lines in the data's file, as `drop` takes them"),
    .init("rows", "a record each: `line`, `loss`, and `losses` of all epochs"),
  ]

  static func count(_ call: Call) -> Int { call.int("count") ?? 10 }

  static func show(
    _ rows: [TrainedExamples.Row], ifNone text: String, in session: isolated Session
  ) -> Value {
    session.show(.report(rows.isEmpty ? .text(text) : .table(table(rows))))
    return .record([
      "lines": .list(rows.map { .integer($0.line) }),
      "rows": .list(
        rows.map { row in
          .record([
            "line": .integer(row.line), "loss": .number(Double(row.last)),
            "losses": .list(row.losses.map { .number(Double($0)) }),
          ])
        }),
    ])
  }

  private static func table(_ rows: [TrainedExamples.Row]) -> Table {
    var table = Table(columns: [
      .init("line", .right), .init("loss", .right), .init("by epoch"), .init("given"),
      .init("wanted"),
    ])
    for row in rows {
      let losses = row.losses.suffix(6).map { NumberText.fixed(Double($0), decimals: 2) }
      table.append([
        .quantity(Quantity(Double(row.line), .exact)),
        .quantity(Quantity(Double(row.last), .loss)), .text(losses.joined(separator: " ")),
        .text(row.example.map { Wording.oneLine($0.input) } ?? ""),
        .text(row.example.map { Wording.oneLine($0.target) } ?? ""),
      ])
    }
    return table
  }
}

extension Session {
  /// What the last training found of its rows: that of the session, or else the last recorded one.
  fileprivate func trainedExamples() throws(Diagnostic) -> TrainedExamples {
    if let lastExamples { return lastExamples }
    let examples = try fromRecord { (store) throws(RunStoreError) in
      try store.details(of: try store.run()).examples
    }
    let byLine = Dictionary(
      (currentData?.train ?? []).map { ($0.line, $0) }, uniquingKeysWith: { first, _ in first })
    return TrainedExamples(
      examples.lines.enumerated().compactMap { index, line in
        let losses = examples.losses.compactMap { $0.indices.contains(index) ? $0[index] : nil }
          .filter { !$0.isNaN }
        guard !losses.isEmpty else { return nil }
        return TrainedExamples.Row(line: line, example: byLine[line], losses: losses)
      })
  }
}
