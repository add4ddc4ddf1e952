package import Language
import Reporting
package import Session

/// The command `save adapter "out/support"`.
package struct SaveAdapter: Command {
  package static let signature = Signature(
    "save adapter", "Write the trained adapter as a PEFT folder.",
    patterns: ["<folder:output>"],
    slots: ["folder": .about("a new or empty folder, or one that holds an adapter")],
    needs: ["model"], effects: ["file"],
    result: [
      .init("path", "the folder"), .init("sha256", "the hash of the tensor file"),
    ],
    examples: ["save adapter \"out/adapter\""], seeAlso: ["load adapter", "save model"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let folder = call.text("folder") ?? ""
    return SaveModel.saved(
      call, folder, try session.saveAdapter(to: folder, tell: session.teller()), session)
  }
}

extension DiagnosticCode {
  static let noAdapter = DiagnosticCode(
    "M131", "there is no adapter to save",
    "`save adapter` writes the adapter alone, `save model` the model with it merged in.")
}
