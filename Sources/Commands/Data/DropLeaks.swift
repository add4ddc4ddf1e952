package import Language
import Reporting
package import Session

/// The command `drop leaks`.
package struct DropLeaks: Command {
  package static let signature = Signature(
    "drop leaks", "Leave out the rows of train whose input is also held out.",
    details: [
      "A row of dev or test whose input was trained on flatters the model. The held-out rows stay as "
        + "they are, so that what is measured stays comparable; train loses the rows that give them "
        + "away. Inputs are equal when their words and numbers are."
    ],
    patterns: ["[<data:data>] [as <name:newName>]"],
    slots: ["data": .fallback("the current data")], needs: ["data"], effects: ["data"],
    synonyms: ["decontaminate"],
    result: [.init("rows", "rows kept"), .init("dropped", "rows left out")],
    examples: ["drop leaks", "drop leaks data as tidy"],
    seeAlso: ["check data", "drop duplicates", "keep"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let data = try session.neededWholeData(
      call, because: "leaks are between the parts of data, so it is named as a whole.",
      instead: { "drop leaks \($0)" })
    let kept = try session.dropLeaks(of: data, as: call.name("name"))
    return session.showKept(kept, of: data)
  }
}
