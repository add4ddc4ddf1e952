import Checkpoints
package import Language
import Models
import Reporting
package import Session
import Tensors
import Training

/// The command `load model finch`.
package struct LoadModel: Command {
  package static let signature = Signature(
    "load model", "Load a pretrained model: a bundled one by name, or a Hugging Face folder.",
    details: [
      "A folder has config.json, model.safetensors (or shards with their index) and "
        + "tokenizer.json. Known families: \(ModelConfig.knownTypes.joined(separator: ", ")). A folder "
        + "of the Hugging Face cache, `models--org--name`, works too. Nothing in a folder is run.",
      "`set base bf16`, `int8` or `q4` before keeps the weights in fewer bits.",
    ],
    patterns: ["<model:model>"], slots: ["model": .about("a bundled name, or a folder in quotes")],
    effects: ["model"], synonyms: ["open", "model"],
    result: [
      .init("name", "what it is called"), .init("parameters", "how many numbers it has learned"),
      .init("context", "tokens it can see at once"),
    ],
    examples: ["load model finch"], seeAlso: ["new model", "load adapter", "show"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let loaded = try session.loadModel(call.name("model") ?? "", tell: session.teller())
    let config = loaded.model.config
    session.show(
      .report(
        .text(
          "\(loaded.name): \(Quantity(Double(loaded.model.parameterCount), .magnitude).text) "
            + "parameters, \(config.modelType) family, context \(config.maximumPositions)"
            + (loaded.writes ? "" : "; \(loaded.model.blueprint.head.task.sentence)")
            + (loaded.base == .float32 ? "" : ", base \(Wording.base(of: loaded))"))))
    for note in loaded.contents.notes { session.show(.note(note)) }
    return .record([
      "name": .string(loaded.name), "parameters": .integer(loaded.model.parameterCount),
      "context": .integer(config.maximumPositions),
    ])
  }

  /// The error for a name that is no model's; `label` marks where it was asked for, with a few words.
  static func unknown(
    _ asked: String, in resources: Resources, label: (String) -> Diagnostic.Label?
  ) -> Diagnostic {
    if asked.contains("/") || asked.contains(".") {
      return Diagnostic(
        code: .noSuchModel, "there is no folder \"\(asked)\".", at: label(""),
        hints: [
          .help(
            "ft reads folders on this machine and fetches nothing; models of a hub have to be "
              + "downloaded first")
        ])
    }
    var hints: [Diagnostic.Hint] = []
    if let near = Suggestion.nearest(to: asked, among: resources.modelNames) {
      hints.append(.type("load model \(near)"))
    }
    hints.append(.type("load model \"path/to/folder\"", remark: "a folder with config.json"))
    if resources.home == nil {
      hints.append(.help("bundled models were not found: set FT_HOME to the folder with stdlib"))
    }
    let bundled = resources.modelNames.joined(separator: ", ")
    return Diagnostic(
      code: .noSuchModel, "there is no model called `\(asked)`.",
      at: label(bundled.isEmpty ? "" : "bundled: \(bundled)"), hints: hints)
  }
}
