import Serialization

/// A SentencePiece model as a description, in the ways in which the known families read theirs.
///
/// Each is as transformers converts it, with whose ids the models were trained.
extension SentencePieceModel {
  /// Families that read the file in a way of their own; others follow the file's settings.
  enum Family: String, CaseIterable {
    case llama = "LlamaTokenizer"
    case gemma = "GemmaTokenizer"
    case t5 = "T5Tokenizer"
    case xlmRoberta = "XLMRobertaTokenizer"
    case albert = "AlbertTokenizer"
  }

  /// Returns the description, by the settings of tokenizer_config.json where these count.
  func description(
    _ family: Family?, _ settings: FileSection
  ) throws(TokenizerError) -> TokenDescription {
    var description =
      switch family {
      case .llama: try llama(settings)
      case .gemma: try gemma()
      case .t5: try t5(settings)
      case .xlmRoberta: xlmRoberta(settings)
      case .albert: try albert(settings)
      case nil: try following(settings)
      }
    for piece in pieces where piece.kind == .control || piece.kind == .userDefined {
      // Where the file's settings are followed, these pieces are words and found as such.
      if family == nil, piece.kind == .userDefined { continue }
      description.added.append((piece.text, piece.kind == .control))
    }
    return description
  }

  /// As the file's own settings say.
  private func following(_ settings: FileSection) throws(TokenizerError) -> TokenDescription {
    let isLegacy = try settings.bool("legacy", default: true)
    let userDefined = pieces.filter { $0.kind == .userDefined }.map(\.text)
    var result = TokenDescription(
      model: isBytePairs
        ? Component.bytePairs(
          vocabulary, try mergesByScore(),
          [
            "unk_token": .string(unknownPiece), "fuse_unk": true,
            "byte_fallback": .bool(fallsBackToBytes), "ignore_merges": .bool(!userDefined.isEmpty),
          ])
        : Component.unigram(scores, unknown: unknownID, byteFallback: fallsBackToBytes))
    result.normalizer = Component.sequence("normalizers", normalizers(isLegacy: isLegacy))
    var steps: [JSONValue] = []
    if addsDummyPrefix {
      steps.append(Component.metaspace(isLegacy ? "always" : "first", split: false))
    }
    if !userDefined.isEmpty { steps.append(Component.split(regex: Self.pattern(userDefined))) }
    if !steps.isEmpty { result.preTokenizer = Component.sequence("pretokenizers", steps) }
    result.decoder = Component.sequence("decoders", decoders)
    if beginID >= 0 { result.names["bos_token"] = beginPiece }
    if endID >= 0 { result.names["eos_token"] = endPiece }
    result.names["unk_token"] = unknownPiece
    return result
  }

  /// What the file does to a text, in its order.
  private func normalizers(isLegacy: Bool) -> [JSONValue] {
    var steps: [JSONValue] = []
    if !charsmap.isEmpty { steps.append(Component.precompiled(charsmap)) }
    if removesExtraSpaces {
      // Only spaces count; line ends and tabs stay.
      steps.append(Component.replace(regex: #"\A +| +\z"#, with: ""))
      steps.append(Component.replace(regex: " {2,}", with: " "))
    }
    if escapesSpaces { steps.append(Component.replace(" ", with: Component.mark)) }
    if addsDummyPrefix, isLegacy {
      let mark = Component.mark
      steps.append(Component.replace(regex: #"\A"# + mark, with: mark + mark))
    }
    return steps
  }

  private var decoders: [JSONValue] {
    var steps = [Component.replace(Component.mark, with: " ")]
    if fallsBackToBytes { steps.append(Component.type("ByteFallback")) }
    if addsDummyPrefix || fallsBackToBytes { steps.append(Component.type("Fuse")) }
    if addsDummyPrefix { steps.append(Component.strippedSpace) }
    return steps
  }

  /// A pattern for any of `texts`, the longest first.
  private static func pattern(_ texts: [String]) -> String {
    let lengths = texts.map(\.unicodeScalars.count)
    return texts.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
      .map { Pattern.source(matching: texts[$0]) }.joined(separator: "|")
  }

  // MARK: Families

  private func llama(_ settings: FileSection) throws(TokenizerError) -> TokenDescription {
    let prefixes = try settings.bool("add_prefix_space", default: true)
    let isLegacy = try settings.bool("legacy", default: false)
    let scheme = prefixes ? isLegacy ? "always" : "first" : "never"
    var result = TokenDescription(
      model: Component.bytePairs(
        vocabulary, try mergesByNumber(), ["fuse_unk": true, "byte_fallback": true]))
    result.preTokenizer = Component.metaspace(scheme, split: false)
    result.decoder = Component.sequence(
      "decoders",
      [
        Component.replace(Component.mark, with: " "), Component.type("ByteFallback"),
        Component.type("Fuse"),
      ] + (prefixes ? [Component.strippedSpace] : []))
    result.names = ["unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"]
    return result
  }

  private func gemma() throws(TokenizerError) -> TokenDescription {
    var result = TokenDescription(
      model: Component.bytePairs(
        vocabulary, try mergesByNumber(),
        ["unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true]))
    result.normalizer = Component.replace(" ", with: Component.mark)
    result.preTokenizer = [
      "type": "Split", "pattern": ["String": " "], "behavior": "MergedWithPrevious",
      "invert": false,
    ]
    result.decoder = Component.sequence(
      "decoders",
      [
        Component.replace(Component.mark, with: " "), Component.type("ByteFallback"),
        Component.type("Fuse"),
      ])
    result.names = [
      "unk_token": "<unk>", "bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>",
      "mask_token": "<mask>",
    ]
    return result
  }

  private func t5(_ settings: FileSection) throws(TokenizerError) -> TokenDescription {
    let count = try settings.integer("extra_ids", default: 100)
    guard (0...10_000).contains(count) else {
      throw settings.malformed("extra_ids", "a whole number up to 10000")
    }
    let extra = (0..<count).map { "<extra_id_\($0)>" }
    var result = TokenDescription(
      model: Component.unigram(
        scores + extra.reversed().map { ($0, 0) }, unknown: 2, byteFallback: false))
    setWords(&result, "always")
    result.names = ["eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"]
    result.ending = ["eos_token"]
    result.added = extra.map { ($0, true) }
    return result
  }

  private func xlmRoberta(_ settings: FileSection) -> TokenDescription {
    let names = [
      "bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>",
      "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>",
    ]
    func text(_ name: String) -> String { settings.tokenText(name) ?? names[name] ?? "" }
    let first = ["bos_token", "pad_token", "eos_token", "unk_token"].map { (text($0), 0.0) }
    var result = TokenDescription(
      model: Component.unigram(
        first + scores.dropFirst(3) + [(text("mask_token"), 0)], unknown: 3, byteFallback: false))
    setWords(&result, "always")
    result.names = names
    result.beginning = ["bos_token"]
    result.ending = ["eos_token"]
    return result
  }

  private func albert(_ settings: FileSection) throws(TokenizerError) -> TokenDescription {
    var result = TokenDescription(
      model: Component.unigram(scores, unknown: 1, byteFallback: false))
    setWords(&result, "always")
    var steps = [Component.replace("``", with: "\""), Component.replace("''", with: "\"")]
    if try !settings.bool("keep_accents", default: false) {
      steps += [Component.type("NFKD"), Component.type("StripAccents")]
    }
    if try settings.bool("do_lower_case", default: true) {
      steps.append(Component.type("Lowercase"))
    }
    if !charsmap.isEmpty { steps.append(Component.precompiled(charsmap)) }
    result.normalizer = Component.sequence("normalizers", steps)
    result.names = [
      "bos_token": "[CLS]", "eos_token": "[SEP]", "unk_token": "<unk>", "sep_token": "[SEP]",
      "pad_token": "<pad>", "cls_token": "[CLS]", "mask_token": "[MASK]",
    ]
    result.beginning = ["cls_token"]
    result.ending = ["sep_token"]
    return result
  }

  /// Cuts at white space and marks the beginning of each word.
  private func setWords(_ result: inout TokenDescription, _ scheme: String) {
    if !charsmap.isEmpty { result.normalizer = Component.precompiled(charsmap) }
    result.preTokenizer = Component.sequence(
      "pretokenizers", [Component.type("WhitespaceSplit"), Component.metaspace(scheme)])
    result.decoder = Component.metaspace(scheme)
  }

  // MARK: Pieces

  /// The pieces with their ids; of two pieces of one text the later counts.
  private var vocabulary: [(String, Int)] {
    JSONObject(pieces.enumerated().map { ($1.text, .integer($0)) }).entries
      .map { ($0.key, $0.value.int ?? 0) }
  }

  /// The pieces with their scores.
  private var scores: [(String, Double)] { pieces.map { ($0.text, Double($0.score)) } }

  /// The pairs that make each piece, in the order of pieces.
  private func mergesByNumber() throws(TokenizerError) -> [(String, String)] {
    try merges(ImpliedMerges(texts) { _ in true }.byNumber)
  }

  /// The pairs of normal pieces that make another, the best score first.
  private func mergesByScore() throws(TokenizerError) -> [(String, String)] {
    let implied = ImpliedMerges(texts) { pieces[$0].kind == .normal }
    return try merges(implied.byScore(pieces.map { Double($0.score) }))
  }

  private var texts: [[UInt8]] { pieces.map { Array($0.text.utf8) } }

  private func merges(
    _ pairs: [ImpliedMerges.Pair]?
  ) throws(TokenizerError) -> [(String, String)] {
    guard let pairs else {
      throw .malformed(
        path: "tokenizer.model: pieces", expected: "in fewer ways others put together")
    }
    return pairs.map { (pieces[$0.left].text, pieces[$0.right].text) }
  }
}
