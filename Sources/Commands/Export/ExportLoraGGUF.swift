package import Language
import Reporting
package import Session

/// The command `export lora-gguf "out/support.gguf"`.
package struct ExportLoraGGUF: Command {
  package static let signature = Signature(
    "export lora-gguf", "Write the adapter alone as a GGUF file, for llama.cpp and Ollama.",
    details: [
      "It is used beside a GGUF file of its base: `llama-cli -m base.gguf --lora adapter.gguf`. Its "
        + "scale, alpha / rank or what takes its place, is worked into the second matrices, so that "
        + "every program applies it as it was trained. A Modelfile is written beside it.",
      "An adapter with magnitudes (DoRA) has no such form: `export gguf` writes the model with it.",
    ],
    patterns: ["<file:output>"], slots: ["file": .about("a name ending in .gguf")],
    needs: ["model"], effects: ["file"],
    result: [
      .init("path", "the file"), .init("sha256", "its hash"), .init("bytes", "its size"),
    ],
    examples: ["export lora-gguf \"out/adapter.gguf\""],
    seeAlso: ["export gguf", "save adapter"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let path = call.text("file") ?? ""
    let exported = try session.exportAdapter(to: path, tell: session.teller())
    return exported.shown(in: session)
  }
}

extension DiagnosticCode {
  static let exportName = DiagnosticCode(
    "R204", "the name of a GGUF file",
    "`export gguf` and `export lora-gguf` write one file, whose name ends in .gguf; programs know it "
      + "by that.")

  static let noFormForDoRA = DiagnosticCode(
    "M134", "the adapter has no GGUF form",
    "GGUF adapters are two matrices a layer. Magnitudes (DoRA), biases, "
      + "changed tables and several adapters in force have no place there: `export gguf` merges it into the model."
  )
}
