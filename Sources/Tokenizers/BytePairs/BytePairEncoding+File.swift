import Serialization

extension BytePairEncoding {
  /// Reads a model of type `BPE`, whose tokens are in `vocabulary`.
  init(
    _ section: FileSection, _ vocabulary: Vocabulary, isByteLevel: Bool
  ) throws(TokenizerError) {
    let ignoresMerges = try section.bool("ignore_merges", default: false)
    let fallsBack = try section.bool("byte_fallback", default: false)
    let (prefix, suffix) = try Self.affixes(section)
    try Self.checkDropout(section)
    symbols =
      isByteLevel
      ? Self.byteSymbols(vocabulary)
      : .characters(CharacterSymbols(vocabulary, prefix: prefix, suffix: suffix))
    merges = try Self.merges(section, vocabulary, prefixCount: prefix.count)
    wholeWords = ignoresMerges ? Self.wholeWords(vocabulary, isByteLevel: isByteLevel) : [:]
    byteTokens = fallsBack ? vocabulary.byteTokens : []
    fusesUnknown = try section.bool("fuse_unk", default: false)
    unknownToken = try Self.unknownToken(section, vocabulary, symbols)
    byteCounts =
      prefix.isEmpty && suffix.isEmpty
      ? Self.byteCounts(
        vocabulary, isByteLevel: isByteLevel, byteTokens: byteTokens, unknown: unknownToken) : []
    cutsBeforeSpaceMarks =
      !isByteLevel && !ignoresMerges && prefix.isEmpty && suffix.isEmpty
      && vocabulary.id(of: Self.spaceMark) != nil
      && !merges.values.contains { Self.joinsSpaceMark(vocabulary.token(of: $0.token) ?? []) }
  }

  /// What a model writes before characters inside of words, and after the last.
  static func affixes(
    _ section: FileSection
  ) throws(TokenizerError) -> (prefix: [UInt8], suffix: [UInt8]) {
    let prefix = try section.optionalString("continuing_subword_prefix") ?? ""
    let suffix = try section.optionalString("end_of_word_suffix") ?? ""
    return (Array(prefix.utf8), Array(suffix.utf8))
  }

  /// Merges left out by chance would give other tokens every time, in the reference too.
  private static func checkDropout(_ section: FileSection) throws(TokenizerError) {
    guard let value = section.value("dropout") else { return }
    guard value.double == 0 else { throw section.malformed("dropout", "null or 0") }
  }

  /// The token for unknown characters; one that is no token of the model's is a fault only where
  /// there can be unknown characters.
  private static func unknownToken(
    _ section: FileSection, _ vocabulary: Vocabulary, _ symbols: Symbols
  ) throws(TokenizerError) -> Int32? {
    guard let name = try section.optionalString("unk_token") else { return nil }
    if let id = vocabulary.id(of: Array(name.utf8)) { return id }
    if case .bytes(let table) = symbols, !table.contains(-1) { return nil }
    throw .unknownToken(path: "\(section.path).unk_token", token: name)
  }

  private static func byteSymbols(_ vocabulary: Vocabulary) -> Symbols {
    .bytes(
      ByteLevelAlphabet.characters.map { character in
        vocabulary.id(of: Array(String(character).utf8)) ?? -1
      })
  }

  private static func wholeWords(
    _ vocabulary: Vocabulary, isByteLevel: Bool
  ) -> [[UInt8]: Int32] {
    var words: [[UInt8]: Int32] = [:]
    for (id, token) in vocabulary.entries {
      guard let word = isByteLevel ? ByteLevelAlphabet.bytes(of: token) : token else { continue }
      words[word] = id
    }
    return words
  }

  /// How many bytes of a text each token stands for: those of a byte-level vocabulary are written
  /// with a character a byte.
  private static func byteCounts(
    _ vocabulary: Vocabulary, isByteLevel: Bool, byteTokens: [Int32], unknown: Int32?
  ) -> [UInt16] {
    var counts = [UInt16](repeating: 0, count: vocabulary.size)
    vocabulary.forEachToken { id, token in
      let count = isByteLevel ? token.count { $0 & 0xC0 != 0x80 } : token.count
      counts[Int(id)] = UInt16(exactly: count) ?? 0
    }
    for id in byteTokens where id >= 0 { counts[Int(id)] = 1 }
    if let unknown { counts[Int(unknown)] = 0 }
    return counts
  }

  /// Whether `token` has a `▁` after another character.
  private static func joinsSpaceMark(_ token: [UInt8]) -> Bool {
    let scalars = String(decoding: token, as: UTF8.self).unicodeScalars
    return zip(scalars, scalars.dropFirst()).contains { $0 != "\u{2581}" && $1 == "\u{2581}" }
  }

  /// Reads the merges, written `"a b"` or `["a", "b"]`; of a pair given twice the last counts.
  private static func merges(
    _ section: FileSection, _ vocabulary: Vocabulary, prefixCount: Int
  ) throws(TokenizerError) -> [UInt64: Merge] {
    let list = try section.array("merges")
    guard list.count < Vocabulary.identifierLimit else {
      throw .tooManyMerges(count: list.count, limit: Vocabulary.identifierLimit)
    }
    var merges: [UInt64: Merge] = [:]
    merges.reserveCapacity(list.count)
    for (rank, value) in list.enumerated() {
      guard let (left, right) = parts(of: value) else {
        let path = "\(section.path).merges[\(rank)]"
        throw .malformed(path: path, expected: "two tokens, as \"a b\" or [\"a\", \"b\"]")
      }
      let leftID = try id(of: left, rank, vocabulary)
      let rightID = try id(of: right, rank, vocabulary)
      let product = try id(of: left + right.dropFirst(prefixCount), rank, vocabulary)
      merges[pair(leftID, rightID)] = Merge(rank: UInt32(rank), token: product)
    }
    return merges
  }

  private static func parts(of value: JSONValue) -> (left: [UInt8], right: [UInt8])? {
    if let text = value.string {
      let bytes = Array(text.utf8)
      guard let space = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
      let right = bytes[(space + 1)...]
      return right.contains(UInt8(ascii: " ")) ? nil : (Array(bytes[..<space]), Array(right))
    }
    guard let pair = value.array, pair.count == 2, let left = pair[0].string,
      let right = pair[1].string
    else { return nil }
    return (Array(left.utf8), Array(right.utf8))
  }

  private static func id(
    of token: [UInt8], _ merge: Int, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Int32 {
    guard let id = vocabulary.id(of: token) else {
      throw .unknownMergePart(merge: merge, token: String(decoding: token, as: UTF8.self))
    }
    return id
  }
}
