package import Language
import Reporting
package import Session

/// The command `balance train`.
package struct BalanceData: Command {
  package static let signature = Signature(
    "balance", "Keep as many rows of each label as the rarest one has.",
    details: [
      "Of data train is balanced, and dev stays as it is; a part that is named is balanced itself. Which "
        + "rows stay, what they say and the seed decide. `to 20` keeps up to 20 of each label. A head can "
        + "learn from all rows instead: `set label_weights balanced`."
    ],
    patterns: ["[<data:data>] {to <count:int> | as <name:newName>}"],
    slots: ["data": .fallback("the current data"), "count": .range(1...1_000_000_000)],
    needs: ["data"], effects: ["data"], synonyms: ["rebalance", "undersample", "downsample"],
    result: [
      .init("rows", "rows kept"), .init("dropped", "rows left out"),
      .init("labels", "a record each: `label`, `before`, `after`"),
    ],
    examples: ["balance data", "balance train to 5 as even"],
    seeAlso: ["check data", "split", "keep", "undo"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let (data, part) = try session.neededData(call, slot: "data")
    let (result, labels) = try session.balance(
      data, part: part, to: call.int("count"), as: call.name("name"))
    session.show(
      .report(
        .table(
          Table(
            columns: [.init("label"), .init("before", .right), .init("after", .right)],
            rows: labels.prefix(20).map {
              [
                .text(Wording.oneLine($0.label)), .quantity(.count($0.before)),
                .quantity(.count($0.after)),
              ]
            }))))
    guard case .record(var record) = session.showKept(result, of: data) else { return .null }
    record["labels"] = .list(
      labels.map {
        .record([
          "label": .string($0.label), "before": .integer($0.before), "after": .integer($0.after),
        ])
      })
    return .record(record)
  }
}
