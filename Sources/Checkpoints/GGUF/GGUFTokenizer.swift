package import Serialization

/// The tokenizer in a GGUF file, as the description that a tokenizer.json is.
///
/// llama.cpp names the kind of model and, of byte-pair encodings, how text is cut into words; what
/// these names mean is made into the components of a tokenizer.json here, so that there is one
/// engine for both.
package struct GGUFTokenizer {
  /// The bytes of a tokenizer.json.
  package let description: [UInt8]
  /// A tokenizer_config.json: the special tokens, and the chat template where there is one.
  package let config: JSONObject
  /// The id that ends a text; nil when the file has none.
  package let endID: Int?
  /// All ids at which an answer ends.
  package let stopIDs: [Int]
  /// The id that begins a text; nil when the file has none.
  package let beginID: Int?

  /// Reads the settings `tokenizer.ggml.…` of a file; `path` is for messages.
  package init(_ settings: [String: GGUFValue], path: String) throws(CheckpointError) {
    let tokens = try GGUFTokens(settings, path: path)
    let parts: GGUFTokenizerParts
    switch tokens.model {
    case "gpt2": parts = try .bytePairs(tokens)
    case "llama": parts = try .scoredPairs(tokens)
    case "bert": parts = .wordPieces(tokens)
    case "t5": parts = .unigram(tokens)
    default:
      throw .gguf(
        path: path,
        .unknownTokenizer(
          key: GGUFTokens.prefix + "model", tokens.model, known: ["llama", "gpt2", "bert", "t5"]))
    }
    description = parts.description(tokens)
    (beginID, endID) = (tokens.id("bos"), tokens.id("eos"))
    var stops: [Int] = []
    let named = ["eos", "eot", "eom"].compactMap(tokens.id)
    for id in named + (tokens.id("eot") == nil ? tokens.turnEnds : []) where !stops.contains(id) {
      stops.append(id)
    }
    stopIDs = stops
    config = Self.config(tokens, settings)
  }

  private static func config(
    _ tokens: GGUFTokens, _ settings: [String: GGUFValue]
  ) -> JSONObject {
    var config: JSONObject = [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
      "add_bos_token": .bool(tokens.addsBegin), "add_eos_token": .bool(tokens.addsEnd),
    ]
    let names = [
      ("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"),
      ("pad_token", "padding"), ("sep_token", "seperator"), ("mask_token", "mask"),
    ]
    for (key, name) in names {
      if let id = tokens.id(name) { config[key] = .string(tokens.text(id)) }
    }
    return config
  }
}

/// The tokens of a file with what it says of them.
struct GGUFTokens {
  static let prefix = "tokenizer.ggml."

  /// Of the file, for messages.
  let path: String
  /// What llama.cpp calls the kind of model.
  let model: String
  /// How byte pairs are cut into words, by llama.cpp's name of it.
  let splitting: String
  /// Whether tokens are joined in the order of their ids, whatever their scores: in Gemma's files these
  /// do not follow it, as transformers found.
  let joinsByNumber: Bool
  /// UTF-8, in the order of ids.
  let texts: [[UInt8]]
  /// What each token is; empty when the file does not say.
  let kinds: [Int]
  /// How likely each is; empty when the file does not say.
  let scores: [Double]
  /// Pairs that are joined, first ones first, as `a b`; nil when the file has none.
  let merges: GGUFList?
  private let ids: [String: Int]
  private let flags: [String: Bool]
  /// A compiled table by which characters are replaced, of t5.
  let characterMap: [UInt8]

  /// What a token is.
  enum Kind: Int {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  init(_ settings: [String: GGUFValue], path: String) throws(CheckpointError) {
    func fault(_ key: String, _ reason: String) -> CheckpointError {
      .gguf(path: path, .badSetting(key: Self.prefix + key, reason: reason))
    }
    guard let model = settings[Self.prefix + "model"]?.text else {
      throw .gguf(path: path, .missingSetting(key: Self.prefix + "model"))
    }
    guard let list = settings[Self.prefix + "tokens"]?.list, list.kind == .text else {
      throw .gguf(path: path, .missingSetting(key: Self.prefix + "tokens"))
    }
    (self.path, self.model) = (path, model)
    splitting = settings[Self.prefix + "pre"]?.text ?? "default"
    let architecture = settings["general.architecture"]?.text ?? ""
    joinsByNumber = ["gemma", "gemma2", "gemma3"].contains(architecture)
    var texts: [[UInt8]] = []
    texts.reserveCapacity(list.count)
    list.forEachText { texts.append(Array($0)) }
    if let bad = texts.firstIndex(where: { String(validating: $0, as: UTF8.self) == nil }) {
      throw fault("tokens", "has a token that is not UTF-8, number \(bad)")
    }
    self.texts = texts
    kinds = settings[Self.prefix + "token_type"]?.list?.integers ?? []
    scores = settings[Self.prefix + "scores"]?.list?.numbers ?? []
    for (key, count) in [("token_type", kinds.count), ("scores", scores.count)]
    where count != 0 && count != texts.count {
      throw fault(key, "has \(count) values, for \(texts.count) tokens")
    }
    merges = settings[Self.prefix + "merges"]?.list
    characterMap = (settings[Self.prefix + "precompiled_charsmap"]?.list?.integers ?? []).map {
      UInt8(truncatingIfNeeded: $0)
    }
    var (ids, flags): ([String: Int], [String: Bool]) = ([:], [:])
    for (key, value) in settings where key.hasPrefix(Self.prefix) {
      let name = String(key.dropFirst(Self.prefix.count))
      if let flag = value.flag { flags[name] = flag }
      guard name.hasSuffix("_token_id"), let id = value.integer else { continue }
      guard texts.indices.contains(id) else {
        throw fault(name, "is \(id), and there are \(texts.count) tokens")
      }
      ids[String(name.dropLast("_token_id".count))] = id
    }
    (self.ids, self.flags) = (ids, flags)
  }

  /// The id that `tokenizer.ggml.NAME_token_id` has.
  func id(_ name: String) -> Int? { ids[name] }

  func kind(_ id: Int) -> Kind? { kinds.isEmpty ? nil : Kind(rawValue: kinds[id]) }

  func text(_ id: Int) -> String { String(decoding: texts[id], as: UTF8.self) }

  /// The truth value of `tokenizer.ggml.NAME`.
  func flag(_ name: String) -> Bool? { flags[name] }

  /// Whether every text begins with the token for that; what is not said is as llama.cpp has it.
  var addsBegin: Bool {
    flags["add_bos_token"]
      ?? (model == "llama" || model == "bert"
        || model == "gpt2" && GGUFSplitting.named(splitting)?.addsBegin == true)
  }

  /// Whether every text ends with the token for that.
  var addsEnd: Bool { flags["add_eos_token"] ?? (model == "t5") }

  /// The control tokens that end a turn by what they are called, for files that do not name one.
  var turnEnds: [Int] {
    texts.indices.filter { kind($0) == .control && Self.turnEnds.contains(text($0)) }
  }

  /// Source: llama.cpp, what it takes for the end of a turn when a file does not say.
  private static let turnEnds: Set = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|end_of_turn|>", "<|eom_id|>",
    "<end_of_utterance>", "<EOT>",
  ]

  /// Tokens that are found in a text as they are, in the form of a tokenizer.json: those that the
  /// file has a purpose for too, whatever it says that they are.
  var added: [JSONValue] {
    let named = Set(ids.values)
    return texts.indices.compactMap { id in
      let kind = named.contains(id) ? .control : kind(id)
      guard kind == .control || kind == .userDefined || kind == .unknown, !texts[id].isEmpty else {
        return nil
      }
      return .object([
        "id": .integer(id), "content": .string(text(id)), "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": .bool(kind != .userDefined),
      ])
    }
  }
}
