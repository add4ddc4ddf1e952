package import Language
import Reporting
package import Session

/// The wish of a training's block to end it.
struct StopRequest: Error {}

/// The command `stop`.
package struct StopTraining: Command {
  package static let signature = Signature(
    "stop", "End the training whose block this stands in; its weights stay.",
    details: [
      "`train … each epoch { … }` runs its block after each epoch. With `stop` in it the training "
        + "ends cleanly after that step, and the script goes on."
    ],
    patterns: [""], synonyms: ["abort", "halt"],
    examples: ["train 3 epochs each epoch { if it.dev_loss < 9 { stop } }"],
    seeAlso: ["train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    guard session.isInTrainingHook else {
      throw Diagnostic(
        code: .nothingToStop, "`stop` ends a training from its block, and no training runs here.",
        hints: [.help("Ctrl-C stops what is running; `quit` ends ft")])
    }
    throw StopRequest()
  }
}
