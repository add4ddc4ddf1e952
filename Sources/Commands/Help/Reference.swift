import Language
package import Reporting
import Serialization
import Session
import SettingDeclarations

/// Everything declared, for pages and for other programs: commands, settings, functions, codes.
package struct Reference {
  private let codes: [DiagnosticCode]

  /// Makes the reference of a program with these codes.
  package init(codes: [DiagnosticCode]) { self.codes = codes }

  /// One page of Markdown.
  package var markdown: String {
    let help = Help(CommandList.table)
    var page = "# Reference of Tunebook\n\nPrinted by `ft help --markdown` from the declarations.\n"
    page += "\n## Commands\n"
    for signature in CommandList.table.signatures {
      page += "\n### \(signature.name)\n\n" + fenced(help.page(signature.name) ?? "")
    }
    page += "\n## Settings\n\n| setting | default | may be | what it does |\n|---|---|---|---|\n"
    for setting in Settings.all {
      let cells = [
        "`\(setting.name)`", setting.value(in: Settings()).text, setting.range, setting.about,
      ]
      page += "| " + cells.joined(separator: " | ") + " |\n"
    }
    page += "\n## Functions\n\n| function | what it gives | example |\n|---|---|---|\n"
    for function in Builtin.all {
      page += "| `\(function.usage)` | \(function.summary) | `\(function.example)` |\n"
    }
    page +=
      "\n## Words of the field\n\n| word | in ft | what it leads to | to type |\n|---|---|---|---|\n"
    for concept in Concept.all {
      let cells = [
        concept.words.joined(separator: ", "), concept.isThere ? "yes" : "no", concept.about,
        concept.lines.map { "`\($0)`" }.joined(separator: "<br>"),
      ]
      page += "| " + cells.joined(separator: " | ") + " |\n"
    }
    page += "\n## Codes of errors\n"
    for code in codes {
      page += "\n**\(code.id)** \(code.title): \(code.explanation)\n"
    }
    return page
  }

  private func fenced(_ text: String) -> String { "```\n\(text)```\n" }

  /// One JSON object, for editors and generators: fields are only ever added.
  package var jsonText: String { json.text }

  private var json: JSONValue {
    [
      "commands": .array(CommandList.table.signatures.map(json)),
      "settings": .array(Settings.all.map(json)),
      "functions": .array(
        Builtin.all.map {
          [
            "name": .string($0.name), "usage": .string($0.usage), "summary": .string($0.summary),
            "example": .string($0.example),
          ]
        }),
      "concepts": .array(
        Concept.all.map {
          [
            "words": texts($0.words), "there": .bool($0.isThere), "about": .string($0.about),
            "lines": texts($0.lines),
          ]
        }),
      "codes": .array(
        codes.map {
          [
            "code": .string($0.id), "title": .string($0.title),
            "explanation": .string($0.explanation),
          ]
        }),
    ]
  }

  private func json(_ signature: Signature) -> JSONValue {
    [
      "name": .string(signature.name), "summary": .string(signature.summary),
      "details": texts(signature.details), "patterns": texts(signature.patterns.map(\.notation)),
      "slots": .array(slots(of: signature)), "needs": texts(signature.needs.map(\.name)),
      "effects": texts(signature.effects.map(\.name)), "synonyms": texts(signature.synonyms),
      "result": .array(
        signature.result.map {
          [
            "name": .string($0.name), "about": .string($0.about),
            "volatile": .bool($0.isVolatile), "optional": .bool($0.condition != nil),
          ]
        }),
      "examples": texts(signature.examples), "seeAlso": texts(signature.seeAlso),
    ]
  }

  private func slots(of signature: Signature) -> [JSONValue] {
    var seen: Set<String> = []
    return signature.patterns.flatMap(\.slots).filter { seen.insert($0.name).inserted }.map {
      slot in
      let rule = signature.rules[slot.name]
      var fields: JSONObject = ["name": .string(slot.name), "kind": .string(slot.kind.rawValue)]
      if let range = rule?.range {
        fields["range"] = [.number(range.lowerBound), .number(range.upperBound)]
      }
      if let choices = rule?.choices, !choices.isEmpty { fields["choices"] = texts(choices) }
      fields["default"] = rule?.fallback.map { .string($0) }
      if let about = rule?.about, !about.isEmpty { fields["about"] = .string(about) }
      return .object(fields)
    }
  }

  private func json(_ setting: Setting<Settings>) -> JSONValue {
    [
      "name": .string(setting.name), "default": .string(setting.value(in: Settings()).text),
      "range": .string(setting.range), "about": .string(setting.about),
      "synonyms": texts(setting.synonyms),
    ]
  }

  private func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
