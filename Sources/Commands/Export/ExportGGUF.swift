package import Language
import Reporting
package import Session

/// The command `export gguf "out/support.gguf"`.
package struct ExportGGUF: Command {
  package static let signature = Signature(
    "export gguf", "Write the model as one GGUF file, for llama.cpp and Ollama.",
    details: [
      "The file has weights, tokenizer and chat template; an adapter is merged into the weights, in "
        + "f32. Matrices are written in the format, norms and biases in f32; of the four-bit formats "
        + "the table of tokens and the head are q8_0, and rows that a format's blocks do not fit are "
        + "q5_0 or f16.",
      "Beside it a Modelfile is written, with the chat template as Ollama reads it and what ends an "
        + "answer: `ollama create NAME -f Modelfile`. Before the file takes its place it is read again, "
        + "and a few prompts are replayed.",
    ],
    patterns: ["<file:output> {as <format:choice>}"],
    slots: [
      "file": .about("a name ending in .gguf"),
      "format": .choices("f32", "f16", "bf16", "q8_0", "q4_0", "q4_K").fallback("f16")
        .about("the number format"),
    ],
    needs: ["model"], effects: ["file"], synonyms: ["convert", "quantize"],
    result: [
      .init("path", "the file"), .init("sha256", "its hash"),
      .init("bytes", "its size"),
    ],
    examples: ["export gguf \"out/model.gguf\"", "export gguf \"out/model.gguf\" as q8_0"],
    seeAlso: ["export lora-gguf", "save model", "load model"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let path = call.text("file") ?? ""
    let format = ExportFormat(rawValue: call.name("format") ?? "") ?? .f16
    let exported = try session.exportGGUF(to: path, as: format, tell: session.teller())
    return exported.shown(in: session)
  }
}

extension ExportedFile {
  /// Tells where the file went and what is beside it.
  func shown(in session: isolated Session) -> Value {
    session.show(
      .report(.text("exported \(path)  \(Wording.size(byteCount))  sha256 \(sha256)")))
    for note in notes { session.show(.note(note)) }
    return .record([
      "path": .string(path), "sha256": .string(sha256), "bytes": .integer(byteCount),
    ])
  }
}
