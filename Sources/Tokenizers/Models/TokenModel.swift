import Serialization

/// What makes tokens of words.
enum TokenModel: Sendable {
  case bytePairs(BytePairEncoding)
  case wordPiece(WordPiece)
  case wordLevel(WordLevel)
  case unigram(Unigram)

  /// Reads the `model` of a file; `isByteLevel` says that words are to be read as bytes.
  init(
    _ section: FileSection, _ vocabulary: Vocabulary, isByteLevel: Bool
  ) throws(TokenizerError) {
    switch try Self.type(of: section) {
    case "BPE":
      self = .bytePairs(try BytePairEncoding(section, vocabulary, isByteLevel: isByteLevel))
    case "Unigram": self = .unigram(try Unigram(section, vocabulary))
    case "WordPiece": self = .wordPiece(try WordPiece(section, vocabulary))
    case "WordLevel": self = .wordLevel(try WordLevel(section, vocabulary))
    case let type:
      throw .unsupported(
        component: "model", type: type, supported: ["BPE", "Unigram", "WordPiece", "WordLevel"])
    }
  }

  /// The type that a file says, or that its parts imply.
  ///
  /// Old files leave it out: only byte-pair encoding has merges, only Unigram a list of tokens with
  /// their scores, only WordPiece a longest word.
  static func type(of section: FileSection) throws(TokenizerError) -> String {
    if let type = try section.optionalString("type") { return type }
    if section.value("merges") != nil { return "BPE" }
    if section.value("vocab")?.array != nil { return "Unigram" }
    return section.value("max_input_chars_per_word") == nil ? "WordLevel" : "WordPiece"
  }

  /// Appends the ids of the words of `text`, valid UTF-8, to `ids`.
  func encode(
    _ words: [Range<Int>], of text: [UInt8], into ids: inout [Int32], cache: inout WordCache
  ) {
    if case .bytePairs(let model) = self {
      return model.encode(words, of: text, into: &ids, cache: &cache)
    }
    var found = PlacedTokens()
    var lattice = Unigram.Lattice()
    for word in words {
      let key = WordCache.Key(text, word)
      if let key, cache.append(key, to: &ids) { continue }
      found.removeAll()
      append(word, of: text, to: &found, &lattice)
      if let key { cache.store(found.ids[...], for: key) }
      ids += found.ids
    }
  }

  /// Appends the ids of the words of `text` with their places in it.
  ///
  /// `vocabulary` is that of the file; it tells what a token is spelled with.
  func encode(
    _ words: [Range<Int>], of text: [UInt8], into tokens: inout PlacedTokens,
    cache: inout WordCache, _ vocabulary: Vocabulary
  ) {
    if case .bytePairs(let model) = self {
      return model.encode(words, of: text, into: &tokens, cache: &cache, vocabulary)
    }
    var lattice = Unigram.Lattice()
    for word in words { append(word, of: text, to: &tokens, &lattice) }
  }

  private func append(
    _ word: Range<Int>, of text: [UInt8], to tokens: inout PlacedTokens,
    _ lattice: inout Unigram.Lattice
  ) {
    switch self {
    case .bytePairs: break
    case .wordPiece(let model): model.append(word, of: text, to: &tokens)
    case .wordLevel(let model): model.append(word, of: text, to: &tokens)
    case .unigram(let model): model.append(word, of: text, to: &tokens, &lattice)
    }
  }
}
