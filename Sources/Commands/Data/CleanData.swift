package import Language
import Reporting
package import Session

/// The command `clean data`.
package struct CleanData: Command {
  package static let signature = Signature(
    "clean", "Leave out what spoils a training: leaks, doubles, near ones of both, contradictions.",
    details: [
      "What is left out, in this order: rows of train whose input is held out; rows that say what an "
        + "earlier row of their part says; rows of train whose input is nearly a held-out one; rows that "
        + "say nearly what an earlier row of their part says, with the same answer; of train, all rows of "
        + "a text with several labels. Rows without an answer are refused when a file is loaded.",
      "Two texts are nearly the same when eight tenths of their stretches of five letters are common to "
        + "both, and all numbers. `undo` brings the rows back.",
    ],
    patterns: ["[<data:data>] [as <name:newName>]"],
    slots: ["data": .fallback("the current data")], needs: ["data"], effects: ["data"],
    synonyms: ["cleanup", "sanitize", "scrub"],
    result: [
      .init("rows", "rows kept"), .init("dropped", "rows left out"),
      .init("leaks", "rows of train that are held out, or nearly"),
      .init("duplicates", "rows that an earlier one says, or nearly"),
      .init("contradictions", "rows of a text with several labels"),
    ],
    examples: ["clean data", "clean data as tidy"],
    seeAlso: ["check data", "undo", "drop duplicates", "drop leaks", "keep"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let data = try session.neededWholeData(
      call, because: "data is cleaned as a whole, its parts against each other.",
      instead: { "clean \($0)" })
    let (result, cleaning) = try session.clean(data, as: call.name("name"))
    if !cleaning.steps.isEmpty { session.show(.report(.table(table(cleaning)))) }
    guard case .record(var record) = session.showKept(result, of: data) else { return .null }
    record["leaks"] = .integer(cleaning.count(.leaks) + cleaning.count(.nearLeaks))
    record["duplicates"] = .integer(
      cleaning.count(.duplicates) + cleaning.count(.nearDuplicates))
    record["contradictions"] = .integer(cleaning.count(.contradictions))
    return .record(record)
  }

  private static func table(_ cleaning: Cleaning) -> Table {
    Table(
      columns: [.init("left out"), .init("of"), .init("rows", .right), .init("lines")],
      rows: cleaning.steps.map { step in
        [
          .text(step.reason.rawValue), .text(step.part), .quantity(.count(step.lines.count)),
          .text(Wording.lines(step.lines)),
        ]
      })
  }
}
