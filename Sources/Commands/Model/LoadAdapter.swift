import Adapters
import Checkpoints
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
    let model = try session.neededModel("load adapter")
    let folder = call.text("folder") ?? ""
    guard model.adapter == nil else {
      throw Diagnostic(
        code: .adapterIsAttached, "the model has an adapter already.",
        hints: [.type("reset", remark: "back to base; then load it again")])
    }
    if let refusal = ModelPlace(at: folder).refusalAsAdapter(of: folder) { throw refusal }
    let directory: AdapterDirectory
    do throws(CheckpointError) { directory = try AdapterDirectory(path: folder) } catch {
      throw Diagnostic(error)
    }
    let form: LabelForm?
    do throws(ModelError) { form = try LoadedModel.form(directory.classifier) } catch {
      throw Diagnostic(error)
    }
    do throws(AdapterError) {
      let adapter = try LowRankAdapter(reading: directory, attachingTo: model.model)
      model.adopt(adapter)
      useTemplate(of: directory, model, session)
      model.adopt(form)
      session.note(InputFile(kind: "adapter", name: folder, path: folder))
      session.show(
        .report(
          .text(
            "adapter \(folder): \(adapter.settings.kindName) rank \(adapter.settings.rank), \(adapter.linears.count) layers, "
              + "\(Quantity(Double(adapter.parameterCount), .magnitude).text) parameters"
              + (form.map { ", labels \(Wording.labels($0))" } ?? ""))))
      return .record(["parameters": .integer(adapter.parameterCount)])
    } catch { throw Diagnostic(error) }
  }

  /// Takes over the chat template that an adapter was trained with, by a model that has none; of
  /// another one than the model's own it is told.
  private static func useTemplate(
    of directory: AdapterDirectory, _ model: LoadedModel, _ session: isolated Session
  ) {
    guard let source = directory.chatTemplate, source != model.contents.chatTemplate else { return }
    guard model.contents.chatTemplate == nil else {
      let note = "the adapter's folder has another chat template than the model, whose own is used."
      return session.show(.report(.diagnostic(Diagnostic(.note, code: nil, note))))
    }
    do throws(ModelError) {
      try model.use(.init(source, for: model))
      session.show(.report(.text("\(model.name): chat template of the adapter's folder")))
    } catch {
      let note = "the chat template in the adapter's folder is left out: \(error.message)."
      session.show(.report(.diagnostic(Diagnostic(.note, code: nil, note))))
    }
  }
}
