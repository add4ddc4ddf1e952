import Adapters
import Datasets
package import Language
import Reporting
package import Session

/// The command `load adapter "out/support"`.
package struct LoadAdapter: Command {
  package static let signature = Signature(
    "load adapter", "Attach an adapter of a folder to the model.",
    details: [
      "PEFT's LoRA in all its forms is read and trained on: DoRA, rank-stabilised, embeddings and the "
        + "head, biases, whole modules, single tokens, PiSSA and OLoRA; (IA)³ and norms too. LoHa, "
        + "LoKr, VeRA and AdaLoRA are read. So are folders that MLX wrote.",
      "`as` gives it a name. Several can be there then, the last in force alone; "
        + "`set adapters a 0.7, b 0.3` mixes them.",
    ],
    patterns: ["<folder:path> {as <name:word>}"],
    slots: [
      "folder": .about("has adapter_config.json and adapter_model.safetensors"),
      "name": .about("what `set adapters` calls it; the folder's name where it is left out"),
    ],
    needs: ["model"], effects: ["model"],
    result: [.init("parameters", "how many numbers are learned")],
    examples: ["load adapter \"out/adapter\"", "load adapter \"out/adapter\" as other"],
    seeAlso: ["set adapters", "save adapter", "reset"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let folder = call.text("folder") ?? ""
    let loaded = try session.loadAdapter(
      inFolder: folder, as: call.name("name"), otherwise: FileName.name(of: folder),
      tell: session.teller())
    guard let adapter = loaded.shelf.current else { return .null }
    session.show(.report(.text(shown(adapter, loaded.form, from: folder))))
    if loaded.shelf.entries.count > 1 {
      let names = loaded.shelf.entries.map(\.name)
      session.show(
        .note(
          "in force is \(loaded.name) alone.",
          hints: [.type("set adapters " + names.joined(separator: ", "), remark: "all of them")]))
    }
    return .record(["parameters": .integer(adapter.parameterCount)])
  }

  /// What was attached, in a line.
  static func shown(_ adapter: LowRankAdapter, _ form: LabelForm?, from place: String) -> String {
    "adapter \(place): \(Wording.adapter(adapter))"
      + (form.map { ", labels \(Wording.labels($0))" } ?? "")
  }
}
