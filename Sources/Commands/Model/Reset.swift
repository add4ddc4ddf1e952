package import Language
import Reporting
package import Session

/// The command `reset`.
package struct Reset: Command {
  package static let signature = Signature(
    "reset", "Go back to the model as it was loaded.",
    details: ["Training continues what is there; comparisons of settings start with `reset`."],
    patterns: [""], needs: ["model"], effects: ["model"], synonyms: ["undo", "restart"],
    examples: ["reset"], seeAlso: ["train", "compare"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let model = try session.neededModel("reset")
    let text = model.isTuned ? "back to base: \(model.name) as loaded" : "\(model.name) is base"
    do throws(ModelError) { try model.reset() } catch { throw Diagnostic(error) }
    session.show(.report(.text(text)))
    return .null
  }
}
