import Datasets
package import Language
import Reporting
package import Session

/// The command `drop 17,203`.
package struct DropRows: Command {
  package static let signature = Signature(
    "drop", "Leave out rows by their lines in the file.",
    details: [
      "The lines are those that `show worst`, `show data` and errors name. All parts of the data are "
        + "looked through, or only the one that is named. `undo` brings the rows back."
    ],
    patterns: ["<lines:ints> [of <data:data>] [as <name:newName>]"],
    slots: ["data": .fallback("the current data")], needs: ["data"], effects: ["data"],
    synonyms: ["remove", "delete", "exclude"],
    result: [.init("rows", "rows kept"), .init("dropped", "rows left out")],
    examples: ["drop 3,7", "drop 2 of train as tidy", "drop ([1, 5])"],
    seeAlso: ["show worst", "undo", "keep", "drop duplicates"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let (data, part) = try session.neededData(call, slot: "data")
    let parts = part.map { [$0] } ?? LoadedData.partNames
    let lines = try lines(call)
    let known = Set(parts.flatMap { data.part($0) ?? [] }.map(\.line))
    if let missing = lines.filter({ !known.contains($0) }).min() {
      throw Diagnostic(
        code: .noSuchLine, "no row of \(part ?? data.name) begins in line \(missing).",
        at: call.label("lines"), hints: [.type("show data")])
    }
    let kept = Dictionary(
      uniqueKeysWithValues: parts.map { name in
        (name, (data.part(name) ?? []).filter { !lines.contains($0.line) })
      })
    let result = try session.keep(kept, of: data, as: call.name("name"))
    return session.showKept(result, of: data)
  }

  private static func lines(_ call: Call) throws(Diagnostic) -> Set<Int> {
    guard case .list(let items)? = call.value("lines") else { return [] }
    var lines: Set<Int> = []
    for item in items {
      guard case .number(let number) = item, let line = Int(exactly: number), line > 0 else {
        throw Diagnostic(
          code: .noSuchLine, "a line is a whole number from 1, not \(item.source).",
          at: call.label("lines"), hints: [.type("show worst 10")])
      }
      lines.insert(line)
    }
    return lines
  }
}

extension DiagnosticCode {
  static let noSuchLine = DiagnosticCode(
    "L176", "no row begins in that line",
    "`drop 17,203` leaves out the rows that begin in these lines of the data's file. A row that was "
      + "left out before is not there any more; `undo` brings it back.")
}
