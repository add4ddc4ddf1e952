package import Language
package import Session

/// The wish to end the session.
package struct QuitRequest: Error {
  package init() {}
}

/// The command `quit`.
package struct Quit: Command {
  package static let signature = Signature(
    "quit", "End the session.",
    details: [
      "At the prompt, when cells were not saved, the first `quit` only says so; the second one ends "
        + "the session. `:save lab.ft.md` keeps them."
    ], patterns: [""], synonyms: ["exit", "bye", "q"],
    examples: ["quit"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    throw QuitRequest()
  }
}
