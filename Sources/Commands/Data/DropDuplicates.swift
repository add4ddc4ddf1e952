import Datasets
package import Language
import Reporting
package import Session

/// The command `drop duplicates`.
package struct DropDuplicates: Command {
  package static let signature = Signature(
    "drop duplicates", "Leave out the rows that say what an earlier row says.",
    details: [
      "Two rows say the same when their words and numbers are the same, input and answer; case, "
        + "punctuation and white space do not count. The first of them stays, in whichever part it is. "
        + "Rows with one input and different answers all stay: `check data` counts them."
    ],
    patterns: ["[<data:data>] [as <name:newName>]"],
    slots: ["data": .fallback("the current data")], needs: ["data"], effects: ["data"],
    synonyms: ["dedupe", "deduplicate", "unique", "distinct"],
    result: [.init("rows", "rows kept"), .init("dropped", "rows left out")],
    examples: ["drop duplicates", "drop duplicates train", "drop duplicates data as clean"],
    seeAlso: ["check data", "drop leaks", "keep"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let (data, part) = try session.neededData(call, slot: "data")
    let rows = part.map { data.part($0) ?? [] } ?? data.dataset.examples
    let extra = Set(
      Duplicates(rows).groups.flatMap { $0.dropFirst() }.map { RowPlace(rows[$0]) })
    return try session.leaveOut(extra, of: data, part: part, call)
  }
}

/// What tells a row of a file from the others.
struct RowPlace: Hashable {
  let line: Int
  let content: Example.Content

  init(_ row: Example) { (line, content) = (row.line, row.content) }
}

extension Session {
  /// Puts data in place of `data` that lacks some of its rows, or of the rows of one part.
  func leaveOut(
    _ places: Set<RowPlace>, of data: LoadedData, part: String?, _ call: Call
  ) throws(Diagnostic) -> Value {
    var parts: [String: [Example]] = [:]
    for name in ["train", "dev", "test"] {
      let rows = data.part(name) ?? []
      parts[name] =
        part == nil || part == name ? rows.filter { !places.contains(RowPlace($0)) } : rows
    }
    guard parts["train"]?.isEmpty == false else {
      throw Diagnostic(code: .noRows, "no row to train on would be left.", at: call.label("data"))
    }
    let result = LoadedData(
      name: call.name("name") ?? data.name, like: data.dataset, train: parts["train"] ?? [],
      dev: parts["dev"] ?? [], test: parts["test"] ?? [])
    let dropped = data.dataset.examples.count - result.dataset.examples.count
    add(result)
    show(.report(.text(LoadData.summary(result) + " · \(Quantity.count(dropped).text) left out")))
    return .record([
      "rows": .integer(result.dataset.examples.count), "dropped": .integer(dropped),
    ])
  }
}
