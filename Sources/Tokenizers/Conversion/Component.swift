import Serialization

/// The objects that a `tokenizer.json` is made of.
enum Component {
  /// The character that stands for a space.
  static let mark = "\u{2581}"

  static func sequence(_ key: String, _ steps: [JSONValue]) -> JSONValue {
    .object(["type": "Sequence", key: .array(steps)])
  }

  static func replace(_ text: String, with content: String) -> JSONValue {
    ["type": "Replace", "pattern": ["String": .string(text)], "content": .string(content)]
  }

  static func replace(regex: String, with content: String) -> JSONValue {
    ["type": "Replace", "pattern": ["Regex": .string(regex)], "content": .string(content)]
  }

  static func metaspace(_ scheme: String, split: Bool = true) -> JSONValue {
    [
      "type": "Metaspace", "replacement": .string(mark), "prepend_scheme": .string(scheme),
      "split": .bool(split),
    ]
  }

  static func split(regex: String) -> JSONValue {
    [
      "type": "Split", "pattern": ["Regex": .string(regex)], "behavior": "Isolated",
      "invert": false,
    ]
  }

  static func byteLevel(addsPrefixSpace: Bool = false, usesRegex: Bool = true) -> JSONValue {
    [
      "type": "ByteLevel", "add_prefix_space": .bool(addsPrefixSpace), "trim_offsets": true,
      "use_regex": .bool(usesRegex),
    ]
  }

  static func precompiled(_ charsmap: [UInt8]) -> JSONValue {
    ["type": "Precompiled", "precompiled_charsmap": .string(Base64.text(of: charsmap))]
  }

  static func type(_ name: String) -> JSONValue { ["type": .string(name)] }

  /// Takes one space off the front of a text.
  static let strippedSpace: JSONValue = ["type": "Strip", "content": " ", "start": 1, "stop": 0]

  static func bytePairs(
    _ vocabulary: [(String, Int)], _ merges: [(String, String)], _ options: JSONObject = [:]
  ) -> JSONObject {
    var model: JSONObject = ["type": "BPE"]
    for (key, value) in options.entries { model[key] = value }
    model["vocab"] = .object(JSONObject(vocabulary.map { ($0.0, .integer($0.1)) }))
    model["merges"] = .array(merges.map { .array([.string($0.0), .string($0.1)]) })
    return model
  }

  static func unigram(
    _ vocabulary: [(String, Double)], unknown: Int, byteFallback: Bool
  ) -> JSONObject {
    [
      "type": "Unigram", "unk_id": .integer(unknown), "byte_fallback": .bool(byteFallback),
      "vocab": .array(vocabulary.map { .array([.string($0.0), .number($0.1)]) }),
    ]
  }

  /// A post-processor with tokens before and after a text, each with its id.
  static func template(
    before: [(String, Int)], after: [(String, Int)]
  ) -> JSONValue {
    func special(_ token: (String, Int), _ type: Int) -> JSONValue {
      ["SpecialToken": ["id": .string(token.0), "type_id": .integer(type)]]
    }
    func text(_ id: String, _ type: Int) -> JSONValue {
      ["Sequence": ["id": .string(id), "type_id": .integer(type)]]
    }
    let single =
      before.map { special($0, 0) } + [text("A", 0)] + after.map { special($0, 0) }
    let second = before.map { special($0, 1) } + [text("B", 1)] + after.map { special($0, 1) }
    var table: JSONObject = [:]
    for (token, id) in before + after {
      table[token] = [
        "id": .string(token), "ids": [.integer(id)], "tokens": [.string(token)],
      ]
    }
    return [
      "type": "TemplateProcessing", "single": .array(single), "pair": .array(single + second),
      "special_tokens": .object(table),
    ]
  }
}
