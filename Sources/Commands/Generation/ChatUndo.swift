package import Language
import Reporting
package import Session

/// The command `chat undo`.
package struct ChatUndo: Command {
  package static let signature = Signature(
    "chat undo", "Take the last message of the talk back, with its answer.",
    patterns: [""], needs: ["model"], effects: ["talk"],
    result: [.init("turns", "how many messages the talk has then")],
    examples: ["chat undo"], seeAlso: ["chat", "chat again"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let count = try session.takeBackMessage()
    session.show(
      .report(.text("taken back; the talk has \(Wording.count(count, "message")) now")))
    return .record(["turns": .integer(count)])
  }
}
