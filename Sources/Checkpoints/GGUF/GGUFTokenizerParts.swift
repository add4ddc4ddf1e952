import Serialization
import Tokenizers

/// The components of a tokenizer.json, in its words.
struct GGUFTokenizerParts {
  var normalizer: JSONValue = .null
  var preTokenizer: JSONValue = .null
  var decoder: JSONValue = .null
  /// The model without its vocabulary.
  var model: JSONObject
  /// The vocabulary and what belongs to it, as members of the model, written out.
  var vocabulary: [UInt8]

  /// The whole description.
  func description(_ tokens: GGUFTokens) -> [UInt8] {
    let shell: JSONObject = [
      "version": "1.0", "truncation": .null, "padding": .null,
      "added_tokens": .array(tokens.added), "normalizer": normalizer,
      "pre_tokenizer": preTokenizer, "post_processor": Self.postProcessor(tokens),
      "decoder": decoder,
    ]
    // The vocabulary is written straight: as values of JSON it would take seconds of no use.
    let opening = JSONValue.object(shell).text.dropLast() + ",\"model\":"
    return Array((opening + JSONValue.object(model).text.dropLast() + ",").utf8) + vocabulary
      + Array("}}".utf8)
  }

  private static func postProcessor(_ tokens: GGUFTokens) -> JSONValue {
    var parts: [JSONValue] = [["Sequence": ["id": "A", "type_id": 0]]]
    var special: JSONObject = [:]
    func piece(_ id: Int) -> JSONValue {
      let text = tokens.text(id)
      special[text] = [
        "id": .string(text), "ids": [.integer(id)], "tokens": [.string(text)],
      ]
      return ["SpecialToken": ["id": .string(text), "type_id": 0]]
    }
    let begin = tokens.id("cls") ?? tokens.id("bos")
    let isBert = tokens.model == "bert"
    if tokens.addsBegin, let begin { parts.insert(piece(begin), at: 0) }
    let end = isBert ? tokens.id("seperator") ?? tokens.id("eos") : tokens.id("eos")
    if tokens.addsEnd || isBert, let end { parts.append(piece(end)) }
    guard parts.count > 1 else { return .null }
    return [
      "type": "TemplateProcessing", "single": .array(parts), "pair": .array(parts),
      "special_tokens": .object(special),
    ]
  }

  // MARK: The four kinds

  /// Byte pairs, whose order the file lists.
  static func bytePairs(_ tokens: GGUFTokens) throws(CheckpointError) -> GGUFTokenizerParts {
    guard let splitting = GGUFSplitting.named(tokens.splitting) else {
      throw .gguf(
        path: tokens.path,
        .unknownTokenizer(
          key: GGUFTokens.prefix + "pre", tokens.splitting, known: GGUFSplitting.names))
    }
    guard let merges = tokens.merges else {
      throw .gguf(path: tokens.path, .missingSetting(key: GGUFTokens.prefix + "merges"))
    }
    var text = JSONText()
    text.vocabulary(tokens.texts)
    text.raw(",\"merges\":[")
    var isFirst = true
    merges.forEachText { merge in
      if !isFirst { text.raw(",") }
      isFirst = false
      text.string(merge)
    }
    text.raw("]")
    return GGUFTokenizerParts(
      normalizer: splitting.normalizer, preTokenizer: splitting.preTokenizer,
      decoder: [
        "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
      ],
      model: [
        "type": "BPE", "dropout": .null, "unk_token": .null, "continuing_subword_prefix": .null,
        "end_of_word_suffix": .null, "fuse_unk": false, "byte_fallback": false,
        "ignore_merges": .bool(splitting.ignoresMerges),
      ],
      vocabulary: text.bytes)
  }

  /// Pairs of characters in the order of their scores, with a token for each byte that is in none.
  static func scoredPairs(_ tokens: GGUFTokens) throws(CheckpointError) -> GGUFTokenizerParts {
    guard let merges = tokens.impliedMerges else {
      throw .gguf(
        path: tokens.path,
        .badSetting(
          key: GGUFTokens.prefix + "tokens",
          reason: "has long tokens that are others put together in too many ways"))
    }
    var text = JSONText()
    text.vocabulary(tokens.texts)
    text.raw(",\"merges\":[")
    for (index, pair) in merges.enumerated() {
      text.raw(index == 0 ? "[" : ",[")
      text.string(tokens.texts[pair.left][...])
      text.raw(",")
      text.string(tokens.texts[pair.right][...])
      text.raw("]")
    }
    text.raw("]")
    let addsSpace = tokens.flag("add_space_prefix") ?? true
    let spaces: JSONValue = [
      "type": "Replace", "pattern": ["String": " "], "content": "\u{2581}",
    ]
    let back: [JSONValue] = [
      ["type": "Replace", "pattern": ["String": "\u{2581}"], "content": " "],
      ["type": "ByteFallback"], ["type": "Fuse"],
    ]
    let strip: JSONValue = ["type": "Strip", "content": " ", "start": 1, "stop": 0]
    return GGUFTokenizerParts(
      normalizer: addsSpace
        ? [
          "type": "Sequence", "normalizers": [["type": "Prepend", "prepend": "\u{2581}"], spaces],
        ]
        : spaces,
      decoder: ["type": "Sequence", "decoders": .array(back + (addsSpace ? [strip] : []))],
      model: [
        "type": "BPE", "dropout": .null, "unk_token": tokens.unknown,
        "continuing_subword_prefix": .null, "end_of_word_suffix": .null, "fuse_unk": true,
        "byte_fallback": true, "ignore_merges": false,
      ],
      vocabulary: text.bytes)
  }

  /// The longest pieces of a word; llama.cpp marks those that begin one, a tokenizer.json the others.
  static func wordPieces(_ tokens: GGUFTokens) -> GGUFTokenizerParts {
    let mark = Array("\u{2581}".utf8)
    let texts = tokens.texts.enumerated().map { id, token in
      if token.starts(with: mark) { return Array(token.dropFirst(mark.count)) }
      let isSpecial =
        tokens.kind(id) == .control || tokens.kind(id) == .unknown
        || token.first == UInt8(ascii: "[") && token.last == UInt8(ascii: "]")
      return isSpecial ? token : Array("##".utf8) + token
    }
    var text = JSONText()
    text.vocabulary(texts)
    // Files do not say it: a vocabulary with capital letters is of texts that have them.
    let isCased = tokens.texts.indices.contains { id in
      tokens.texts[id].starts(with: mark)
        && tokens.texts[id].contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        && tokens.texts[id].dropFirst(mark.count).first != UInt8(ascii: "[")
    }
    return GGUFTokenizerParts(
      normalizer: [
        "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
        "strip_accents": .null, "lowercase": .bool(!isCased),
      ],
      preTokenizer: ["type": "BertPreTokenizer"],
      decoder: ["type": "WordPiece", "prefix": "##", "cleanup": true],
      model: [
        "type": "WordPiece", "unk_token": tokens.unknown, "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
      ],
      vocabulary: text.bytes)
  }

  /// The likeliest pieces together.
  static func unigram(_ tokens: GGUFTokens) -> GGUFTokenizerParts {
    var text = JSONText()
    text.raw("\"vocab\":[")
    for (id, token) in tokens.texts.enumerated() {
      text.raw(id == 0 ? "[" : ",[")
      text.string(token[...])
      text.raw("," + JSONValue.number(tokens.scores.isEmpty ? 0 : tokens.scores[id]).text + "]")
    }
    text.raw("]")
    var normalizers: [JSONValue] = []
    if !tokens.characterMap.isEmpty {
      normalizers.append([
        "type": "Precompiled",
        "precompiled_charsmap": .string(Base64.text(of: tokens.characterMap)),
      ])
    }
    if tokens.flag("remove_extra_whitespaces") ?? false {
      normalizers.append([
        "type": "Replace", "pattern": ["Regex": " {2,}"], "content": " ",
      ])
    }
    let spaces: JSONObject = [
      "type": "Metaspace", "replacement": "\u{2581}",
      "prepend_scheme": .string(tokens.flag("add_space_prefix") ?? true ? "always" : "never"),
      "split": true,
    ]
    return GGUFTokenizerParts(
      normalizer: normalizers.isEmpty
        ? .null : ["type": "Sequence", "normalizers": .array(normalizers)],
      preTokenizer: .object(spaces), decoder: .object(spaces),
      model: [
        "type": "Unigram", "unk_id": tokens.id("unknown").map { .integer($0) } ?? .null,
        "byte_fallback": false,
      ],
      vocabulary: text.bytes)
  }
}

extension GGUFTokens {
  /// The pairs that are joined, first ones first, by the scores of tokens; nil where there are too
  /// many.
  fileprivate var impliedMerges: [ImpliedMerges.Pair]? {
    let implied = ImpliedMerges(texts) { id in
      switch kind(id) {
      case .control, .byte, .unknown: false
      case .normal, .userDefined, .unused, nil: true
      }
    }
    let isByNumber = scores.isEmpty || joinsByNumber
    return implied.byScore(isByNumber ? texts.indices.map { -Double($0) } : scores)
  }

  /// The token for what is in no other; null when there is none.
  fileprivate var unknown: JSONValue {
    (id("unknown") ?? texts.indices.first { kind($0) == .unknown }).map { .string(text($0)) }
      ?? .null
  }
}

/// JSON as it is written, from texts that are UTF-8 already.
private struct JSONText {
  private(set) var bytes: [UInt8] = []

  mutating func raw(_ text: String) { bytes += text.utf8 }

  /// The member `vocab` with each token and its id.
  mutating func vocabulary(_ tokens: [[UInt8]]) {
    bytes.reserveCapacity(24 * tokens.count)
    raw("\"vocab\":{")
    for (id, token) in tokens.enumerated() {
      if id > 0 { bytes.append(UInt8(ascii: ",")) }
      string(token[...])
      bytes.append(UInt8(ascii: ":"))
      number(id)
    }
    raw("}")
  }

  private mutating func number(_ value: Int) {
    if value > 9 { number(value / 10) }
    bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
  }

  mutating func string(_ utf8: ArraySlice<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    let isPlain = utf8.allSatisfy {
      $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain { bytes += utf8 } else { escape(utf8) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ utf8: ArraySlice<UInt8>) {
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        raw("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: bytes.append(byte)
      }
    }
  }
}
