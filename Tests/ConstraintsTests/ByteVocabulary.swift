import Constraints

/// Vocabularies made by hand.
enum ByteVocabulary {
  /// Every byte, and tokens of several, many of which are of JSON.
  static let texts = TokenTexts(
    (0...255).map { [UInt8($0)] }
      + [
        "{\"", "\":", "\": ", "\",\"", "\": \"", "\"},{\"", "}}", "]}", "[]", "{}", "  ", "\n  ",
        "name", "age", "\"name\"", "\"name\":", ",\"name\":1", "true", "false", "null", "12", "3.5",
        "e1", "\\n", "\\u00", "\\\"", "\u{E9}", "\u{65E5}\u{672C}", "\u{1F600}", "abc", "abc\"",
        "{\"a\":1,\"a\":2}", "\"a\":", "-1", "00", "20", "2024-02-29", "T12:", ", ", ":",
      ].map { Array($0.utf8) })
}

/// What a grammar allows, asked with texts.
extension Grammar {
  /// Whether a text is one that may be written from beginning to end.
  func accepts(_ text: String) -> Bool {
    let constraint = Constraint(self, ByteVocabulary.texts)
    var state = constraint.start()
    return text.utf8.allSatisfy { constraint.append(Int32($0), to: &state) } && state.isComplete
  }

  /// The bytes that may follow the beginning of a text, as a text; nil when it may not begin so.
  func following(_ text: String) -> String? {
    let constraint = Constraint(self, ByteVocabulary.texts)
    var state = constraint.start()
    guard text.utf8.allSatisfy({ constraint.append(Int32($0), to: &state) }) else { return nil }
    let bytes = constraint.allowedTokens(&state).tokens.filter { $0 < 128 }.map { UInt8($0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
