import Checkpoints
import Fetching
package import Language
import Models
import Reporting
package import Session
import Tensors
import Training

/// The command `load model finch`.
package struct LoadModel: Command {
  package static let signature = Signature(
    "load model",
    "Load a pretrained model: a bundled or fetched one by name, a Hugging Face folder, or a GGUF file.",
    details: [
      "A folder has config.json, model.safetensors (or shards with their index) and "
        + "tokenizer.json. Known families: \(ModelConfig.knownTypes.joined(separator: ", ")). A folder "
        + "of the Hugging Face cache, `models--org--name`, works too. Nothing in a folder is run.",
      "A GGUF file has all of it in one, or in parts such as -00001-of-00003.gguf, which are found. "
        + "What it keeps in q8_0, q4_0 or q4_1 stays so in memory, not rounded again.",
      "Nothing is fetched: `get model` does that, and then its name is enough here.",
      "`set base bf16`, `int8` or `q4` before keeps the weights in fewer bits.",
    ],
    patterns: ["<model:model>"], slots: ["model": .about("a bundled name, or a folder in quotes")],
    effects: ["model"], synonyms: ["open", "model"],
    result: [
      .init("name", "what it is called"), .init("parameters", "how many numbers it has learned"),
      .init("context", "tokens it can see at once"),
    ],
    examples: ["load model finch"], seeAlso: ["get model", "new model", "load adapter", "show"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let loaded = try session.loadModel(call.name("model") ?? "", tell: session.teller())
    let config = loaded.model.config
    session.show(
      .report(
        .text(
          "\(loaded.name): \(Quantity(Double(loaded.model.parameterCount), .magnitude).text) "
            + "parameters, \(config.modelType) family, context \(config.maximumPositions)"
            + (loaded.writes ? "" : "; \(loaded.model.blueprint.head.task.sentence)")
            + (loaded.model.weightFormats == [.float32] ? "" : ", base \(Wording.base(of: loaded))")
        )))
    for note in loaded.contents.notes { session.show(.note(note)) }
    if let floats = Wording.floats(of: loaded, session.settings) { session.show(.note(floats)) }
    if let adapter = loaded.adapter {
      session.show(
        .report(.text(LoadAdapter.shown(adapter, loaded.labelForm, from: "of the folder"))))
    }
    return .record([
      "name": .string(loaded.name), "parameters": .integer(loaded.model.parameterCount),
      "context": .integer(config.maximumPositions),
    ])
  }

  /// The error for a name that is no model's; `label` marks where it was asked for, with a few words.
  static func unknown(
    _ asked: String, in resources: Resources, label: (String) -> Diagnostic.Label?
  ) -> Diagnostic {
    if let known = KnownModel.named(asked) {
      return Diagnostic(
        code: .noSuchModel, "`\(known.name)` is not on this machine yet.", at: label(""),
        hints: [.type("get model \(known.name)", remark: known.summary)])
    }
    if let repository = RepositoryName(asked), asked.contains("/") {
      return Diagnostic(
        code: .noSuchModel,
        "there is no folder \"\(asked)\", and no model of the hub that is "
          + "called so and was fetched.",
        at: label(""),
        hints: [
          .type(GetModel.line(repository), remark: "fetches it from the Hugging Face hub")
        ])
    }
    if asked.contains("/") || asked.contains(".") {
      return Diagnostic(
        code: .noSuchModel, "there is no folder \"\(asked)\".", at: label(""),
        hints: [
          .help(
            "a folder on this machine has config.json; `get model \"org/name\"` fetches one from "
              + "the Hugging Face hub")
        ])
    }
    var hints: [Diagnostic.Hint] = []
    if let near = Suggestion.nearest(
      to: asked, among: resources.modelNames + KnownModel.all.map(\.name))
    {
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
