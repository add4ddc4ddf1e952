import Adapters
import Datasets
package import Language
import Reporting
package import Session

/// The command `load adapter "out/support"`.
package struct LoadAdapter: Command {
  package static let signature = Signature(
    "load adapter", "Attach a PEFT adapter from a folder to the model.",
    patterns: ["<folder:path>"],
    slots: ["folder": .about("has adapter_config.json and adapter_model.safetensors")],
    needs: ["model"], effects: ["model"],
    result: [.init("parameters", "how many numbers the adapter has")],
    examples: ["load adapter \"out/adapter\""], seeAlso: ["save adapter", "reset"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let folder = call.text("folder") ?? ""
    let loaded = try session.loadAdapter(inFolder: folder, tell: session.teller())
    session.show(.report(.text(shown(loaded.adapter, loaded.form, from: folder))))
    return .record(["parameters": .integer(loaded.adapter.parameterCount)])
  }

  /// What was attached, in a line.
  static func shown(_ adapter: LowRankAdapter, _ form: LabelForm?, from place: String) -> String {
    "adapter \(place): \(adapter.settings.kindName) rank \(adapter.settings.rank), "
      + "\(adapter.linears.count) layers, "
      + "\(Quantity(Double(adapter.parameterCount), .magnitude).text) parameters"
      + (form.map { ", labels \(Wording.labels($0))" } ?? "")
  }
}
