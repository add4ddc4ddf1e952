package import Language
import Reporting
package import Session
import Tensors

/// The command `save model "out/support"`.
package struct SaveModel: Command {
  package static let signature = Signature(
    "save model", "Write the model as a Hugging Face folder.",
    details: [
      "The folder appears whole or not at all: one that is saved over stands as it was until the new "
        + "one takes its place, and files in it that are no model's stay. An adapter is merged into "
        + "the weights, in f32: into those of the file where `set base` rounded the ones in memory. "
        + "`save adapter` keeps it apart."
    ],
    patterns: ["<folder:output> {as <format:choice>}"],
    slots: [
      "format": .choices("f32", "bf16", "f16").fallback("f32").about("the number format"),
      "folder": .about("a new or empty folder, or one that holds a model"),
    ],
    needs: ["model"], effects: ["file"],
    result: [
      .init("path", "the folder"), .init("sha256", "the hash of the tensor file"),
    ],
    examples: ["save model \"out/model\"", "save model \"out/model\" as bf16"],
    seeAlso: ["save adapter", "load model"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let folder = call.text("folder") ?? ""
    let formats: [String: DType] = ["f32": .float32, "bf16": .bfloat16, "f16": .float16]
    let format = formats[call.name("format") ?? "f32"] ?? .float32
    return saved(
      call, folder, try session.saveModel(to: folder, as: format, tell: session.teller()), session)
  }

  /// Tells where the tensors went and what their hash is.
  static func saved(
    _ call: Call, _ path: String, _ hash: String, _ session: isolated Session
  ) -> Value {
    session.note(artefact: call.signature.name, at: path, sha256: hash)
    session.show(.report(.text("saved \(path)  sha256 \(hash)")))
    return .record(["path": .string(path), "sha256": .string(hash)])
  }
}

extension DiagnosticCode {
  static let roundedWeights = DiagnosticCode(
    "M132", "the weights in memory are rounded",
    "With `set base bf16`, `int8` or `q4` the weights are rounded, not those of the file; they "
      + "are not written as if they were the model. Load it again with `set base f32`. An adapter is "
      + "worked into the weights of the file, so that a model with one can be saved all the same.")
}
