import Generation
package import Language
package import Session

/// The command `chat again`.
package struct ChatAgain: Command {
  package static let signature = Signature(
    "chat again", "Have the model answer the last message once more.",
    details: [
      "The new answer takes the place of the old one in the talk. It is drawn anew: with temperature 0, "
        + "where nothing is drawn, it is the same."
    ],
    patterns: ["{\(Chat.options)}"], slots: Chat.optionSlots,
    needs: ["model"], effects: ["talk"], synonyms: ["regenerate", "retry"],
    result: Chat.resultFields,
    examples: [
      "chat again", "chat again at temperature 0.7 top 40 length 8",
      "chat again seed 5 stop \".\" length 8", "chat again beside base length 8",
    ],
    seeAlso: ["chat", "chat undo"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    try Chat.answer(
      ChatRequest(nil, Sample.sampling(call, session.settings)), call, in: session)
  }
}
