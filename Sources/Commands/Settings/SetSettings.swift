package import Language
import Models
import Reporting
package import Session
import SettingDeclarations
import Tensors
import Training

/// The command `set lr 2e-4, rank 8`.
package struct SetSettings: Command {
  package static let signature = Signature(
    "set", "Change settings of training, adapters and sampling; alone, list them.",
    patterns: ["", "<settings:setting>"], effects: ["settings"], synonyms: ["config", "option"],
    examples: ["set", "set lr 2e-4, adapter lora, rank 8", "set temperature 0"],
    seeAlso: ["train", "sample"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    guard let changes = call.settings("settings") else {
      session.show(.report(.table(table(session.settings))))
      return .null
    }
    // All or nothing: a mistake in the second leaves the first as it was.
    var changed = session.settings
    for change in changes { try changed.apply(change) }
    if changed.training.base != session.settings.training.base {
      try changeBase(to: changed.training.base, session)
    }
    if changed.data != session.settings.data, let model = session.model {
      try session.useTemplate(of: changed, for: model, tell: session.teller())
    }
    if changed.run.device != session.settings.run.device {
      try changeDevice(to: changed.run.device, session)
    }
    let hadFloats = Wording.floats(of: session.model, session.settings)
    session.settings = changed
    if let floats = Wording.floats(of: session.model, changed), floats != hadFloats {
      session.show(.report(.text(floats)))
    }
    return .null
  }

  /// Opens a device, and says what becomes of the loaded model, which stays where it is.
  private static func changeDevice(
    to choice: DeviceChoice, _ session: isolated Session
  ) throws {
    let device = try session.device(choice)
    guard let model = session.model, model.model.device.name != device.name else { return }
    session.show(
      .report(
        .text(
          "\(model.name) stays on \(model.model.device.name); device \(choice.text) takes effect "
            + "with the next load: " + Wording.loading(model, session.resources))))
  }

  /// Packs the loaded model's weights in another format, or says how to have them in it.
  private static func changeBase(
    to format: WeightFormat, _ session: isolated Session
  ) throws(Diagnostic) {
    guard let model = session.model, model.base != format else { return }
    guard model.canChangeBase(to: format) else {
      let reason =
        model.base == .float32
        ? "all weights of \(model.name) were trained"
        : "\(model.name) is in memory as \(model.base.rawValue)"
      return session.show(
        .report(
          .text(
            "\(reason); base \(format.rawValue) takes effect with the next load: "
              + Wording.loading(model, session.resources))))
    }
    do throws(ModelError) { try model.changeBase(to: format) } catch { throw Diagnostic(error) }
    session.show(.report(.text("\(model.name): base \(Wording.base(of: model))")))
  }

  /// All settings, their values and what they may be.
  static func table(_ settings: Settings) -> Table {
    var table = Table(columns: [
      .init("setting"), .init("value"), .init("from"), .init("may be"), .init("what it does"),
    ])
    for setting in Settings.all {
      table.append([
        .text(setting.name), .text(setting.value(in: settings).text),
        .text(settings.isChosen(setting) ? "set" : "default"),
        .text(setting.range), .text(setting.about),
      ])
    }
    return table
  }
}
