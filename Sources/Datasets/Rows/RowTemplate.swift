/// How the fields of a row become a prompt and an answer, such as `Q: {question}\nA: {answer}`.
///
/// The last field is what is to be written, with what stands after it; all before is the prompt. Spaces
/// right before that field go with the answer, as in ``PromptTemplate``. A template of one field makes
/// plain text. `{{` and `}}` are braces.
package struct RowTemplate: Hashable, Sendable {
  /// The template as it was written.
  package let source: String
  /// The fields, in order; one may stand there several times.
  package let fields: [String]
  /// The texts around the fields, one more than these.
  private let texts: [String]

  /// Reads a template; nil where a brace is open or closes nothing, a field has no name, or there is
  /// no field.
  package init?(_ source: String) {
    var (texts, fields, name): ([String], [String], String?) = ([""], [], nil)
    var rest = source[...]
    while let character = rest.popFirst() {
      let isDoubled = name == nil && rest.first == character
      switch (character, name) {
      case ("{", nil) where isDoubled, ("}", nil) where isDoubled:
        rest.removeFirst()
        texts[texts.count - 1].append(character)
      case ("{", nil): name = ""
      case ("}", let open?):
        let field = open.trimmed
        guard !field.isEmpty else { return nil }
        fields.append(field)
        texts.append("")
        name = nil
      case ("{", _), ("}", nil): return nil
      case (_, let open?): name = open + String(character)
      default: texts[texts.count - 1].append(character)
      }
    }
    guard name == nil, !fields.isEmpty else { return nil }
    (self.source, self.texts, self.fields) = (source, texts, fields)
  }

  /// The row that the values of ``fields`` make.
  func content(_ values: [String]) -> Example.Content {
    guard values.count > 1, let last = values.last else {
      return .text(texts[0] + (values.first ?? "") + texts[1])
    }
    var prompt = texts[0]
    for (value, text) in zip(values.dropLast(), texts.dropFirst()) { prompt += value + text }
    let lead = prompt.reversed().prefix { $0 == " " }.count
    return .completion(
      prompt: String(prompt.dropLast(lead)),
      completion: String(prompt.suffix(lead)) + last + texts[texts.count - 1])
  }
}
