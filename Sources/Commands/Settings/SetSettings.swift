package import Language
import Reporting
package import Session

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
    session.settings = changed
    return .null
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
