import Checkpoints
import Foundation
package import Language
import Models
import Reporting
package import Session
import Tensors

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
    let asked = call.name("model") ?? ""
    var folder = try find(asked, in: session.resources) { call.label("model", $0) }
    var name = (folder as NSString).lastPathComponent
    if case .cached(let snapshot, let cached) = ModelPlace(at: folder) {
      (folder, name) = (snapshot, cached)
    }
    let loaded = try read(
      folder, name: name, base: session.settings.base, on: session.device)
    try SetSettings.useTemplate(of: session.settings, loaded, session)
    session.model = loaded
    session.lastRun = nil
    session.note(InputFile(kind: "model", name: asked, path: folder))
    let config = loaded.model.config
    session.show(
      .report(
        .text(
          "\(name): \(Quantity(Double(loaded.model.parameterCount), .magnitude).text) parameters, "
            + "\(config.modelType) family, context \(config.maximumPositions)"
            + (loaded.base == .float32 ? "" : ", base \(Wording.base(of: loaded))"))))
    for note in loaded.contents.notes {
      session.show(.report(.diagnostic(Diagnostic(.note, code: nil, note))))
    }
    return .record([
      "name": .string(name), "parameters": .integer(loaded.model.parameterCount),
      "context": .integer(config.maximumPositions),
    ])
  }

  /// Returns the folder of a model; `label` marks where it was asked for, with a few words.
  static func find(
    _ asked: String, in resources: Resources, label: (String) -> Diagnostic.Label? = { _ in nil }
  ) throws(Diagnostic) -> String {
    ModelDirectory.settle(asked)
    let isFolder = fileExists(asked + "/config.json")
    if let bundled = resources.model(named: asked), !isFolder { return bundled }
    if isFolder, ModelPlace(at: asked) == .model { return asked }
    if let refusal = ModelPlace(at: asked).refusal(of: asked, resources, at: label("")) {
      throw refusal
    }
    if fileExists(asked) { return asked }
    if asked.contains("/") || asked.contains(".") {
      throw Diagnostic(
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
    throw Diagnostic(
      code: .noSuchModel, "there is no model called `\(asked)`.",
      at: label(bundled.isEmpty ? "" : "bundled: \(bundled)"), hints: hints)
  }

  private static func read(
    _ folder: String, name: String, base: WeightFormat, on device: any Device
  ) throws(Diagnostic) -> LoadedModel {
    do throws(ModelError) {
      return try LoadedModel(reading: folder, name: name, base: base, on: device)
    } catch { throw Diagnostic(error) }
  }
}
