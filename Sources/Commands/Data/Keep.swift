import Datasets
import Execution
package import Language
import Reporting
package import Session

/// The command `keep data where length(row.answer) < 800 as tidy`.
package struct Keep: Command {
  package static let signature = Signature(
    "keep", "Keep the rows for which a condition holds, or a share or number of them.",
    details: [
      "A row has `row.text`, what the model is given; `row.answer`, what it should write; `row.line` "
        + "of the file, `row.label` or `row.turns` where there are any, and with a model loaded "
        + "`row.tokens`, its length as it is trained. All parts of the data are filtered, or only the one that is named.",
      "A share, or a number of rows, is chosen by what the rows say and the seed: 25 % of some rows are "
        + "among 50 % of them. "
        + "Without `as` the data itself is changed; either way it becomes the current one.",
    ],
    patterns: [
      "<data:data> where <filter:rowExpr> [as <name:newName>]",
      "<share:percent> of <data:data> [as <name:newName>]",
      "any <count:int> of <data:data> [as <name:newName>]",
    ],
    slots: ["share": .range(0...1).about("such as 25%"), "count": .range(1...1_000_000_000)],
    needs: ["data"], effects: ["data"], synonyms: ["filter", "select", "where", "take"],
    result: [.init("rows", "rows kept"), .init("dropped", "rows left out")],
    examples: [
      "keep data where length(row.answer) < 800 as tidy", "keep train where row.tokens < 100",
      "keep 50% of train as half", "keep any 5 of train as few",
      "keep data where not contains(row.text, \"3\")",
    ], seeAlso: ["check data", "clean", "balance", "split", "unload"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let (data, part) = try session.neededData(call, slot: "data")
    var kept: [String: [Example]] = [:]
    for name in part.map({ [$0] }) ?? LoadedData.partNames {
      kept[name] = try await filtered(data.part(name) ?? [], call, session)
    }
    let result = try session.keep(kept, of: data, as: call.name("name"))
    return session.showKept(result, of: data)
  }

  private static func filtered(
    _ rows: [Example], _ call: Call, _ session: isolated Session
  ) async throws -> [Example] {
    guard !rows.isEmpty else { return [] }
    if let share = call.number("share") {
      let seed = session.settings.seed
      return Split.portion(of: rows, share: share, seed: seed).map { rows[$0] }
    }
    if let count = call.int("count") {
      return Split.portion(of: rows, count: count, seed: session.settings.seed).map { rows[$0] }
    }
    guard let filter = call.row("filter") else { return rows }
    // Counting tokens is expensive, so it is done for conditions that could ask for them.
    let encoder = filter.source.contains("tokens") ? session.model?.encoder(session.settings) : nil
    var kept: [Example] = []
    for row in rows {
      if session.stop.isRequested { throw CancellationError() }
      var record = row.record
      if let encoder {
        record["tokens"] =
          (try? encoder.encode(row, row: 0))
          .map { .integer($0.map(\.length).max() ?? 0) } ?? .null
      }
      guard case .bool(let holds) = try await filter.evaluate(row: .record(record)) else {
        throw Diagnostic(
          code: .unfitOperator, "the condition after `where` is true or false for each row.",
          at: call.label("filter"))
      }
      if holds { kept.append(row) }
    }
    return kept
  }
}

extension Session {
  /// Shows what is left of data, and how many rows are not.
  func showKept(_ kept: LoadedData, of data: LoadedData) -> Value {
    let rowCount = kept.dataset.examples.count
    let dropped = data.dataset.examples.count - rowCount
    show(.report(.text(LoadData.summary(kept) + " · \(Quantity.count(dropped).text) left out")))
    return .record(["rows": .integer(rowCount), "dropped": .integer(dropped)])
  }
}
