import Reporting

/// Codes of the commands that make the model write or choose.
extension DiagnosticCode {
  static let promptTooLong = DiagnosticCode(
    "S304", "the prompt is too long",
    "The model's context has to hold the prompt and at least one token of the answer. Shorten the "
      + "prompt.")

  static let nothingToChooseFrom = DiagnosticCode(
    "S305", "not answers to choose from",
    "`sample … from [\"yes\", \"no\"]` takes a list of at least two different texts, none of them "
      + "empty, and tells how likely the model holds each.")

  static let nothingSaid = DiagnosticCode(
    "S308", "no talk to go on from",
    "`chat again` has the model answer the last message once more, `chat undo` takes it back and `save "
      + "chat` writes what was said. A talk begins with `chat \"Hello\"`, and anew with another model."
  )

  static let nothingToEmbed = DiagnosticCode(
    "S306", "nothing to make a vector of",
    "A vector is made of the model's states at the tokens of a text, and this text has none.")

  static let schemaNotHeld = DiagnosticCode(
    "S307", "answers cannot be held to the schema",
    "`sample … like schema \"file.json\"` has the model write JSON that fits a JSON schema, token by "
      + "token. What cannot be held that way is refused, not left out: write it in another way, or "
      + "leave it out of the file. These are held: type, properties, required, additionalProperties, "
      + "minProperties and maxProperties of free keys, items, prefixItems, minItems, maxItems, "
      + "minLength, maxLength, pattern, format, the bounds of numbers, multipleOf, enum, const, anyOf, "
      + "oneOf of what excludes each other, allOf, $ref and $defs.")
}
