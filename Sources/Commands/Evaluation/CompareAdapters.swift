package import Language
package import Session

/// The command `compare adapters a b on dev`.
package struct CompareAdapters: Command {
  package static let signature = Signature(
    "compare adapters", "Measure two adapters on the same rows, side by side.",
    details: [
      "Each is measured alone, with the weight 1; what was in force before is so afterwards. The "
        + "difference has its own 95 % interval, from the rows in pairs; when that holds 0 the "
        + "difference may be noise, and about how many rows would show it is told."
    ],
    patterns: ["<first:word> <second:word> [on <data:data>]"],
    slots: ["data": .fallback("dev")], needs: ["model", "data"],
    result: SideComparison.fields,
    examples: ["compare adapters a b", "compare adapters a b on dev"],
    seeAlso: ["load adapter", "set adapters", "compare", "compare branches", "compare run"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    try SideComparison.value(of: call, in: session) {
      try session.compareAdapters($0, $1, on: $2, tell: $3)
    }
  }
}
