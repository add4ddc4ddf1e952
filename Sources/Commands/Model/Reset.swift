package import Language
import Reporting
package import Session

/// The command `reset`.
package struct Reset: Command {
  package static let signature = Signature(
    "reset", "Go back to the model as it was loaded.",
    details: ["Training continues what is there; comparisons of settings start with `reset`."],
    patterns: [""], needs: ["model"], effects: ["model"], synonyms: ["restart"],
    examples: ["reset"], seeAlso: ["train", "compare"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let name = try session.loadedModel().name
    let text = try session.reset() ? "back to base: \(name) as loaded" : "\(name) is base"
    session.show(.report(.text(text)))
    return .null
  }
}
