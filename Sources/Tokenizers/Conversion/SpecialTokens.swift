import Serialization

/// The special tokens of a folder, from wherever it keeps them, as entries of a `tokenizer.json`.
///
/// Source: how transformers completes a tokenizer when it loads a folder.
struct SpecialTokens {
  /// The names under which a config may give a special token.
  static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  private let config: FileSection
  private let map: JSONObject
  private let addedTokens: JSONObject

  /// `config` is tokenizer_config.json, `map` special_tokens_map.json, `addedTokens`
  /// added_tokens.json.
  init(_ config: FileSection, map: JSONObject, addedTokens: JSONObject) {
    self.config = config
    self.map = map
    self.addedTokens = addedTokens
  }

  /// Returns what the folder says of a special token, nil where it says nothing.
  func value(_ name: String) -> JSONValue? {
    if let value = config.value(name) { return value }
    return map[name].flatMap { $0.isNull ? nil : $0 }
  }

  /// Returns `root` with the tokens that it lacks; nil when it lacks none.
  ///
  /// - Throws: what reading a malformed entry throws.
  func completing(
    _ root: JSONObject, defaults: [String: String], added: [(text: String, isSpecial: Bool)]
  ) throws(TokenizerError) -> JSONObject? {
    var list = try FileSection(.object(root), path: "tokenizer").value("added_tokens")?.array ?? []
    var known = Set(list.compactMap { $0["content"]?.string.map { Array($0.utf8) } })
    var lacking: [(entry: JSONValue, isSpecial: Bool?)] = []
    func add(_ entry: JSONValue, isSpecial: Bool?) {
      guard let text = entry.string ?? entry["content"]?.string, !text.isEmpty,
        known.insert(Array(text.utf8)).inserted
      else { return }
      lacking.append((entry, isSpecial))
    }
    for (text, isSpecial) in added { add(.string(text), isSpecial: isSpecial) }
    for (_, entry) in try decoderEntries { add(entry, isSpecial: nil) }
    let named = named
    for (text, _) in addedTokens.entries.sorted(by: { ($0.value.int ?? 0) < ($1.value.int ?? 0) }) {
      let isSpecial = named.contains(text)
      add(["content": .string(text), "normalized": .bool(!isSpecial)], isSpecial: isSpecial)
    }
    for name in Self.names {
      if let entry = value(name) ?? defaults[name].map(JSONValue.string) {
        add(entry, isSpecial: true)
      }
    }
    for key in ["additional_special_tokens", "extra_special_tokens"] {
      for entry in value(key)?.array ?? [] { add(entry, isSpecial: true) }
    }
    guard !lacking.isEmpty else { return nil }
    var ids = TokenNumbers(root, list)
    for (entry, isSpecial) in lacking {
      list.append(.object(Self.token(entry, isSpecial: isSpecial, ids: &ids)))
    }
    var root = root
    root["added_tokens"] = .array(list)
    return root
  }

  /// The texts of the special tokens that have a name.
  private var named: Set<String> {
    Set(
      Self.names.compactMap { value($0) }.compactMap { $0.string ?? $0["content"]?.string }
        + (value("additional_special_tokens")?.array ?? []).compactMap(\.string))
  }

  /// The entries of `added_tokens_decoder`, in the order of their ids.
  private var decoderEntries: [(id: Int, entry: JSONValue)] {
    get throws(TokenizerError) {
      guard let value = config.value("added_tokens_decoder") else { return [] }
      let section = try FileSection(value, path: "tokenizer_config.added_tokens_decoder")
      var entries: [(id: Int, entry: JSONValue)] = []
      for (key, entry) in section.object.entries {
        guard let id = Int(key), entry["content"]?.string != nil else {
          throw section.malformed(key, "a token with its content, under its id")
        }
        entries.append((id, entry))
      }
      return entries.sorted { $0.id < $1.id }
    }
  }

  /// Returns an entry in the form of a `tokenizer.json`: one written as a text alone has no options.
  private static func token(
    _ entry: JSONValue, isSpecial: Bool?, ids: inout TokenNumbers
  ) -> JSONObject {
    let text = entry.string ?? entry["content"]?.string ?? ""
    let special = isSpecial == true || entry["special"]?.bool == true
    var token: JSONObject = ["id": .integer(ids.number(of: text)), "content": .string(text)]
    for key in ["single_word", "lstrip", "rstrip"] {
      token[key] = .bool(entry[key]?.bool ?? false)
    }
    token["normalized"] = .bool(entry["normalized"]?.bool ?? false)
    token["special"] = .bool(special)
    return token
  }
}

/// The ids of a description's tokens, and the next that is free.
private struct TokenNumbers {
  private var ids: [[UInt8]: Int] = [:]
  private var next = 0

  init(_ root: JSONObject, _ added: [JSONValue]) {
    switch root["model"]?["vocab"] {
    case .object(let vocabulary):
      for (token, id) in vocabulary.entries { ids[Array(token.utf8)] = id.int ?? 0 }
    case .array(let list):
      for (id, entry) in list.enumerated() {
        ids[Array((entry.array?.first?.string ?? "").utf8)] = id
      }
    default: break
    }
    // The reference counts the tokens, whatever ids they have, but goes on after an added one.
    next = ids.count
    for token in added {
      guard let text = token["content"]?.string, let id = token["id"]?.int else { continue }
      ids[Array(text.utf8)] = id
      if id >= next { next = min(id, Vocabulary.identifierLimit) + 1 }
    }
  }

  mutating func number(of token: String) -> Int {
    let bytes = Array(token.utf8)
    if let known = ids[bytes] { return known }
    ids[bytes] = next
    next += 1
    return next - 1
  }
}
