package import Language
import Reporting
package import Session

/// The wish of a training's block that it waits.
struct PauseRequest: Error {}

/// The command `pause`.
package struct Pause: Command {
  package static let signature = Signature(
    "pause", "Let the training whose block this stands in wait for `resume`.",
    details: [
      "The training ends after that step, and what follows in the script comes next: `set lr 1e-4`, "
        + "`sample`, `eval dev`. `resume` goes on from there. At the prompt Ctrl-C does the same."
    ],
    patterns: [""], synonyms: ["wait", "hold"],
    examples: ["train 3 epochs each epoch { if it.dev_loss < 9 { pause } }"],
    seeAlso: ["resume", "train", "stop"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    guard session.isInTrainingHook else {
      throw Diagnostic(
        code: .nothingToPause, "`pause` stands in the block of a training, and none runs here.",
        hints: [
          .type("train 3 epochs pause at 20"),
          .help("Ctrl-C stops a training that runs; `resume` goes on"),
        ])
    }
    throw PauseRequest()
  }
}
