package import Language
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
    examples: ["drop duplicates", "drop duplicates train", "drop duplicates data as tidy"],
    seeAlso: ["check data", "drop leaks", "keep"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let (data, part) = try session.neededData(call, slot: "data")
    let kept = try session.dropDuplicates(of: data, part: part, as: call.name("name"))
    return session.showKept(kept, of: data)
  }
}
