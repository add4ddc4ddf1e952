package import Language
import Reporting
package import Session
import Tensors

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
    if changed.base != session.settings.base { try changeBase(to: changed.base, session) }
    if changed.text("template") != session.settings.text("template"), let model = session.model {
      try useTemplate(of: changed, model, session)
    }
    session.settings = changed
    return .null
  }

  /// Has a model write conversations as the settings say, and tells how.
  static func useTemplate(
    of settings: Settings, _ model: LoadedModel, _ session: isolated Session
  ) throws(Diagnostic) {
    let name = settings.text("template")
    let template = BuiltInTemplate.named(name, of: model)
    if template == nil, name != "own" {
      let own = model.templateNames
      throw Diagnostic(
        code: .settingOutOfRange,
        "`\(name)` is no chat template of ours, nor of \(model.name)"
          + (own.isEmpty ? "." : ", which has \(own.map { "`\($0)`" }.joined(separator: ", "))."),
        hints: [.type("set template \(own.first.map { "\"\($0)\"" } ?? "own")")])
    }
    guard template?.name != model.chosenTemplate else { return }
    if let template, let missing = template.missingToken(model.tokenizer) {
      throw Diagnostic(
        code: .partsDoNotFit,
        "the template \(template.name) needs the token `\(missing)`, which the tokenizer of "
          + "\(model.name) does not have.",
        hints: [.type("set template plain", remark: "works with every tokenizer")])
    }
    do throws(ModelError) { try model.use(template) } catch { throw Diagnostic(error) }
    let which = template.map { "\($0.name), \($0.about)" } ?? "its own"
    session.show(.report(.text("\(model.name): chat template \(which)")))
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
    for definition in SettingDefinition.all {
      let value = settings[definition.name] ?? definition.fallback
      table.append([
        .text(definition.name), .text(value.text),
        .text(settings.isChosen(definition.name) ? "set" : "default"),
        .text(definition.kind.range), .text(definition.about),
      ])
    }
    return table
  }
}
