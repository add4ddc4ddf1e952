import Serialization
import Tokenizers

/// A tokenizer as GGUF files have it: `tokenizer.ggml.*`.
package struct GGUFVocabulary: Sendable {
  /// The settings, without those of special tokens.
  package private(set) var settings: [(key: String, value: GGUFWriter.Value)] = []
  /// Whether llama.cpp cuts texts into the same words, as far as is known.
  package private(set) var isExact = true
  /// The token before every text, where the tokenizer adds one.
  let first: String?
  /// The token after every text, where the tokenizer adds one.
  let last: String?
  /// The ids of all tokens by their texts.
  let ids: [String: Int]

  /// What kind of token one is; the raw values are those of files.
  private enum Kind: Int {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  /// Reads a tokenizer.json; the table of tokens has `count` rows, which may be more than there are
  /// tokens.
  ///
  /// - Throws: `CheckpointError.notForLlamaCpp(reason:)`.
  package init(tokenizer bytes: [UInt8], count: Int) throws(CheckpointError) {
    let file = try ConfigReader(bytes, path: "tokenizer.json")
    let model = try file.required(file.section("model"), "model")
    let added = file.value("added_tokens")?.array ?? []
    (first, last) = Self.ends(file.value("post_processor") ?? .null)

    var ids: [String: Int] = [:]
    var scores: [Int: Double] = [:]
    if let list = model.value("vocab")?.array {
      for (id, entry) in list.enumerated() {
        guard let token = entry.array?.first?.string else { continue }
        ids[token] = id
        scores[id] = entry.array?.last?.double ?? 0
      }
    } else {
      for (token, id) in model.value("vocab")?.object?.entries ?? [] { ids[token] = id.int }
    }
    var kinds: [Int: Kind] = [:]
    for entry in added {
      guard let token = entry["content"]?.string, let id = entry["id"]?.int else { continue }
      ids[token] = id
      let isControl = entry["special"]?.bool == true || Self.looksSpecial(token)
      kinds[id] = isControl ? .control : .userDefined
    }
    self.ids = ids

    let type = try Self.type(model)
    if let unknown = model.value("unk_token")?.string, let id = ids[unknown] {
      kinds[id] = .unknown
    }
    if let id = model.value("unk_id")?.int { kinds[id] = .unknown }
    var tokens = [String](repeating: "", count: count)
    var types = [Int](repeating: Kind.unused.rawValue, count: count)
    for (token, id) in ids where (0..<count).contains(id) {
      tokens[id] = token
      let isByte = type != "gpt2" && Self.isByte(token)
      types[id] = (kinds[id] ?? (isByte ? .byte : .normal)).rawValue
    }
    for id in 0..<count where types[id] == Kind.unused.rawValue { tokens[id] = "[PAD\(id)]" }

    settings = [("model", .text(type))]
    switch type {
    case "gpt2": try addBytePairs(model, file)
    case "llama": addRanks(model, ids, tokens.count)
    default: settings.append(("scores", .numbers((0..<count).map { Float(scores[$0] ?? 0) })))
    }
    if type != "gpt2" { addSpaces(file, model) }
    settings += [("tokens", .texts(tokens)), ("token_type", .integers(types))]
  }

  /// What llama.cpp calls the tokenizer.
  private static func type(_ model: ConfigReader) throws(CheckpointError) -> String {
    switch try model.string("type") ?? "BPE" {
    case "BPE": return try model.bool("byte_fallback", default: false) ? "llama" : "gpt2"
    case "Unigram": return "t5"
    case let other:
      throw .notForLlamaCpp(reason: "its tokenizer is of the kind \(other), which is not written")
    }
  }

  // MARK: The kinds of tokenizers

  /// The merges of byte pairs, and the rule that cuts words before.
  private mutating func addBytePairs(
    _ model: ConfigReader, _ file: ConfigReader
  ) throws(CheckpointError) {
    let splitting = GGUFSplitting.of(
      file.value("pre_tokenizer") ?? .null, normalizer: file.value("normalizer") ?? .null,
      ignoresMerges: try model.bool("ignore_merges", default: false))
    isExact = splitting != nil
    settings.append(("pre", .text(splitting?.names.first ?? Self.nearestSplitting)))
    settings.append(("merges", .texts(Self.merges(model).map { "\($0) \($1)" })))
  }

  /// How texts are cut for tokenizers that have a way of their own, unknown to llama.cpp: words, single
  /// digits, marks and line breaks.
  private static let nearestSplitting = "deepseek-r1-qwen"

  /// Scores that join pairs in the order of the merges.
  private mutating func addRanks(
    _ model: ConfigReader, _ ids: [String: Int], _ count: Int
  ) {
    var scores = [Float](repeating: 0, count: count)
    var isJoined = Set<Int>()
    for (rank, (left, right)) in Self.merges(model).enumerated() {
      guard let id = ids[left + right], id < count, isJoined.insert(id).inserted else { continue }
      scores[id] = -Float(rank + 1)
    }
    settings += [("pre", .text("default")), ("scores", .numbers(scores))]
  }

  /// Whether a space goes before the first word, and what becomes of several.
  private mutating func addSpaces(_ file: ConfigReader, _ model: ConfigReader) {
    let steps = Self.steps(file.value("normalizer") ?? .null, "normalizers")
    let words = Self.steps(file.value("pre_tokenizer") ?? .null, "pretokenizers")
    let hasPrefix =
      steps.contains { $0["type"]?.string == "Prepend" }
      || words.contains {
        $0["type"]?.string == "Metaspace" && $0["prepend_scheme"]?.string ?? "always" != "never"
          && $0["add_prefix_space"]?.bool != false
      }
    let joinsSpaces = steps.contains {
      $0["type"]?.string == "Replace" && $0["pattern"]?["Regex"]?.string == " {2,}"
    }
    settings.append(("add_space_prefix", .flag(hasPrefix)))
    settings.append(("remove_extra_whitespaces", .flag(joinsSpaces)))
    if let map = steps.first(where: { $0["type"]?.string == "Precompiled" })?[
      "precompiled_charsmap"]?
      .string, let bytes = Base64.bytes(of: map.utf8)
    {
      settings.append(("precompiled_charsmap", .bytes(bytes)))
    }
  }

  // MARK: Small things

  private static func merges(_ model: ConfigReader) -> [(String, String)] {
    (model.value("merges")?.array ?? []).compactMap { merge in
      if let pair = merge.array, pair.count == 2, let left = pair[0].string,
        let right = pair[1].string
      {
        return (left, right)
      }
      guard let text = merge.string, let space = text.firstIndex(of: " ") else { return nil }
      return (String(text[..<space]), String(text[text.index(after: space)...]))
    }
  }

  /// The parts of a sequence, or the one thing that is no sequence.
  private static func steps(_ value: JSONValue, _ key: String) -> [JSONValue] {
    value.isNull ? [] : value[key]?.array ?? [value]
  }

  /// Whether a token stands for a byte: `<0x0A>`.
  private static func isByte(_ token: String) -> Bool {
    token.utf8.count == 6 && token.hasPrefix("<0x") && token.hasSuffix(">")
  }

  /// Whether a token that a file does not call special is one by its looks.
  private static func looksSpecial(_ token: String) -> Bool {
    token.hasPrefix("<|") && token.hasSuffix("|>") || token.hasPrefix("<｜") && token.hasSuffix("｜>")
  }

  /// The tokens that a post-processor puts before and after every text.
  private static func ends(_ step: JSONValue) -> (first: String?, last: String?) {
    switch step["type"]?.string {
    case "Sequence":
      return (step["processors"]?.array ?? []).map(ends).first { $0 != nil || $1 != nil } ?? (
        nil, nil
      )
    case "TemplateProcessing":
      let single = step["single"]?.array ?? []
      guard let text = single.firstIndex(where: { $0["Sequence"] != nil }) else {
        return (nil, nil)
      }
      func token(_ place: Int?) -> String? {
        place.flatMap { single[$0]["SpecialToken"]?["id"]?.string }
      }
      return (token(text > 0 ? 0 : nil), token(text + 1 < single.count ? single.count - 1 : nil))
    default: return (nil, nil)
    }
  }
}

extension GGUFVocabulary {
  /// The settings of special tokens and the chat template, from the other files of a model's folder.
  ///
  /// - Parameters:
  ///   - contents: the files.
  ///   - stops: ids at which an answer ends.
  /// - Returns: the settings, their keys without `tokenizer.`.
  package func specialSettings(
    _ contents: ModelContents, stops: [Int]
  ) -> [(key: String, value: GGUFWriter.Value)] {
    var settings: [(key: String, value: GGUFWriter.Value)] = []
    func add(_ key: String, _ id: Int?) {
      if let id { settings.append((key, .integer(id))) }
    }
    let tokens = contents.specialTokens
    let end = tokens["eos_token"].flatMap { ids[$0] } ?? stops.first
    add("bos_token_id", first.flatMap { ids[$0] } ?? tokens["bos_token"].flatMap { ids[$0] })
    add("eos_token_id", end)
    add("eot_token_id", stops.first { $0 != end })
    add("unknown_token_id", tokens["unk_token"].flatMap { ids[$0] })
    add("padding_token_id", tokens["pad_token"].flatMap { ids[$0] })
    settings.append(("add_bos_token", .flag(first != nil)))
    settings.append(("add_eos_token", .flag(last != nil)))
    return settings.map { ("ggml." + $0.key, $0.value) }
      + (contents.chatTemplate.map { [("chat_template", .text($0))] } ?? [])
  }
}
