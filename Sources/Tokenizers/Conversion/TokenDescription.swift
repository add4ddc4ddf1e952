import Serialization

/// A `tokenizer.json` in the making: what a source of another form says, in that form.
struct TokenDescription {
  var model: JSONObject
  var normalizer = JSONValue.null
  var preTokenizer = JSONValue.null
  var postProcessor = JSONValue.null
  var decoder = JSONValue.null
  /// The texts of special tokens by their names, such as `eos_token`, where a config has none.
  var names: [String: String] = [:]
  /// The names of the tokens put before and after every text; nil where the settings say.
  var beginning: [String]?
  var ending: [String]?
  /// Tokens that are found in a text before anything else looks at it.
  var added: [(text: String, isSpecial: Bool)] = []

  /// The object, without its added tokens.
  var object: JSONObject {
    [
      "version": "1.0", "truncation": .null, "padding": .null, "added_tokens": [],
      "normalizer": normalizer, "pre_tokenizer": preTokenizer, "post_processor": postProcessor,
      "decoder": decoder, "model": .object(model),
    ]
  }
}

extension FileSection {
  /// Returns the text of a special token, written as a text or as an object with its content.
  func tokenText(_ name: String) -> String? {
    value(name)?.string ?? value(name)?["content"]?.string
  }
}
