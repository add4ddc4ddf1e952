package import Language
package import Session

/// The command `compare branches main hot on dev`.
package struct CompareBranches: Command {
  package static let signature = Signature(
    "compare branches", "Measure two branches on the same rows, side by side.",
    details: [
      "The difference has its own 95 % interval, from the rows in pairs; when that holds 0 the "
        + "difference may be noise, and about how many rows would show it is told."
    ],
    patterns: ["<first:word> <second:word> [on <data:data>]"],
    slots: ["data": .fallback("dev")], needs: ["model", "data"],
    result: SideComparison.fields,
    examples: ["compare branches main main on dev"],
    seeAlso: ["branch", "keep branch", "compare", "compare run", "compare adapters"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    try SideComparison.value(of: call, in: session) {
      try session.compareBranches($0, $1, on: $2, tell: $3)
    }
  }
}
