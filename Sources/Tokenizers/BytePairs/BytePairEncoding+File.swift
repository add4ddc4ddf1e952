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
    vocabulary.forEachToken { id, token in
      let token = Array(token)
      if let word = isByteLevel ? ByteLevelAlphabet.bytes(of: token) : token { words[word] = id }
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
    // Both parts one after the other, in the memory of the merge before.
    var bytes: [UInt8] = []
    for (rank, value) in list.enumerated() {
      bytes.removeAll(keepingCapacity: true)
      guard let middle = append(value, to: &bytes) else {
        let path = "\(section.path).merges[\(rank)]"
        throw .malformed(path: path, expected: "two tokens, as \"a b\" or [\"a\", \"b\"]")
      }
      let left = try id(of: bytes[..<middle], rank, vocabulary)
      let right = try id(of: bytes[middle...], rank, vocabulary)
      bytes.removeSubrange(middle..<min(middle + prefixCount, bytes.count))
      let product = try id(of: bytes[...], rank, vocabulary)
      merges[pair(left, right)] = Merge(rank: UInt32(rank), token: product)
    }
    return merges
  }

  /// Appends the two tokens of a merge, and returns where the second begins; nil when there are not two.
  private static func append(_ value: JSONValue, to bytes: inout [UInt8]) -> Int? {
    if let text = value.string {
      bytes += text.utf8
      guard let space = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
      bytes.remove(at: space)
      return bytes[space...].contains(UInt8(ascii: " ")) ? nil : space
    }
    guard let pair = value.array, pair.count == 2, let left = pair[0].string,
      let right = pair[1].string
    else { return nil }
    bytes += left.utf8
    bytes += right.utf8
    return left.utf8.count
  }

  private static func id(
    of token: ArraySlice<UInt8>, _ merge: Int, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Int32 {
    guard let id = vocabulary.id(of: token.span) else {
      throw .unknownMergePart(merge: merge, token: String(decoding: token, as: UTF8.self))
    }
    return id
  }
}
