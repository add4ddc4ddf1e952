import ChatTemplates
import Datasets
import Tokenizers

/// Reads text as a file of the given name.
func load(
  _ text: String, name: String = "rows.jsonl",
  _ change: (inout DatasetFile.Options) -> Void = { _ in }
) throws(DatasetError) -> Dataset {
  var options = DatasetFile.Options()
  change(&options)
  return try DatasetFile(options).parse(Array(text.utf8), name: name)
}

/// Returns the problems for which a file is refused.
func problems(_ text: String, name: String = "rows.jsonl") -> [DatasetProblem] {
  do {
    _ = try load(text, name: name)
    return []
  } catch .badRows(_, _, let problems) {
    return problems.shown
  } catch {
    return []
  }
}

/// Letters are their Unicode numbers; `<b>` `<e>` `<u>` `<a>` are the special tokens 1 to 4.
struct LetterEncoder: TextEncoder {
  private static let specials: [(text: String, id: Int32)] = [
    ("<b>", 1), ("<e>", 2), ("<u>", 3), ("<a>", 4),
  ]

  func encode(_ text: String, addingSpecialTokens: Bool) -> [Int32] {
    encodeWithPlaces(text).ids
  }

  func encodeWithPlaces(_ text: String) -> PlacedTokens {
    var tokens = PlacedTokens()
    var rest = text[...]
    while let letter = rest.unicodeScalars.first {
      let start = text.utf8.count - rest.utf8.count
      if let special = Self.specials.first(where: { rest.hasPrefix($0.text) }) {
        tokens.ids.append(special.id)
        rest = rest.dropFirst(special.text.count)
      } else {
        tokens.ids.append(Int32(letter.value))
        rest = rest.dropFirst()
      }
      tokens.places.append(start..<text.utf8.count - rest.utf8.count)
    }
    return tokens
  }

  func isSpecial(_ id: Int32) -> Bool { (1...4).contains(id) }

  func spellsSpecialToken(_ text: String) -> Bool {
    Self.specials.contains { text.contains($0.text) }
  }
}

/// A chat template from its source.
func template(_ source: String, variables: [String: String] = [:]) throws -> ConversationTemplate {
  ConversationTemplate(try ChatTemplate(source: source), variables: variables)
}

/// Writes a turn as `<u>text<e>` or `<a>text<e>` and a line end.
let tags = """
  {% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('no tools here') }}{% endif %}\
  {{ '<a>' if m.role == 'assistant' else '<u>' }}{{ m.content }}{{ '<e>\\n' }}{% endfor %}\
  {{ '<a>' if add_generation_prompt }}
  """

/// Spells ids back as letters, with `^` under each trained one.
func picture(_ example: EncodedExample) -> [String] {
  let names: [Int32: Character] = [1: "B", 2: "E", 3: "U", 4: "A", 10: "/"]
  let letters = example.ids.map { id in
    names[id] ?? Unicode.Scalar(UInt32(id)).map(Character.init) ?? "?"
  }
  return [String(letters), String(example.lossMask.map { $0 ? "^" : "." })]
}
