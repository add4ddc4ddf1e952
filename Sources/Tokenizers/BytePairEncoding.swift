/// Byte-pair encoding: a word begins as single symbols, and the merge of lowest rank goes first.
///
/// Source: Sennrich, Haddow and Birch 2016, arXiv:1508.07909, section 3.2.
struct BytePairEncoding: Sendable {
  /// What a word is made of before the first merge.
  enum Symbols: Sendable {
    /// The id of every byte, or -1.
    case bytes([Int32])
    /// The id of every character that is a token.
    case characters([UInt32: Int32])
  }

  /// A merge's place in the file, the earlier the stronger, and the token it makes.
  struct Merge: Sendable {
    let rank: UInt32
    let token: Int32
  }

  let symbols: Symbols
  /// By ``pair(_:_:)`` of the tokens merged.
  let merges: [UInt64: Merge]
  /// Tokens that a whole word may be at once, whatever the merges say; empty as a rule.
  let wholeWords: [[UInt8]: Int32]
  /// The ids of `<0x00>` to `<0xFF>`, or -1, for characters that are no token; empty when unused.
  let byteTokens: [Int32]
  /// The token for characters that have none; without it they vanish.
  let unknownToken: Int32?
  /// Whether neighbouring unknown characters make one token.
  let fusesUnknown: Bool
  /// Whether no merge joins anything to a following `▁`, so that words may be cut before it.
  let cutsBeforeSpaceMarks: Bool

  /// U+2581 in UTF-8, which stands for a space in vocabularies without byte-level symbols.
  static let spaceMark = Array("\u{2581}".utf8)

  /// Two tokens as one key.
  static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Appends the ids of the words of `text`, valid UTF-8, to `ids`.
  func encode(
    _ words: [Range<Int>], of text: [UInt8], into ids: inout [Int32], cache: inout WordCache
  ) {
    var workspace = MergeWorkspace()
    for word in words {
      guard cutsBeforeSpaceMarks else {
        encode(word, of: text, into: &ids, &cache, &workspace)
        continue
      }
      var start = word.lowerBound
      while start < word.upperBound {
        let end = Self.cut(after: start, in: text, before: word.upperBound)
        encode(start..<end, of: text, into: &ids, &cache, &workspace)
        start = end
      }
    }
  }

  /// Returns where the next `▁` follows another character, or `limit`.
  private static func cut(after start: Int, in text: [UInt8], before limit: Int) -> Int {
    var position = start
    var followsMark = true
    while position < limit {
      let isMark =
        text[position] == spaceMark[0] && position + 2 < limit
        && text[position + 1] == spaceMark[1] && text[position + 2] == spaceMark[2]
      if isMark, !followsMark { return position }
      followsMark = isMark
      position += isMark ? 3 : 1
    }
    return limit
  }

  private func encode(
    _ word: Range<Int>, of text: [UInt8], into ids: inout [Int32], _ cache: inout WordCache,
    _ workspace: inout MergeWorkspace
  ) {
    guard let key = WordCache.Key(text, word) else {
      ids += encodeAfresh(text[word], &workspace)
      return
    }
    if cache.append(key, to: &ids) { return }
    let found = encodeAfresh(text[word], &workspace)
    cache.store(found, for: key)
    ids += found
  }

  private func encodeAfresh(
    _ word: ArraySlice<UInt8>, _ workspace: inout MergeWorkspace
  ) -> ArraySlice<Int32> {
    if !wholeWords.isEmpty, let id = wholeWords[Array(word)] { return [id] }
    var start: [Int32] = []
    start.reserveCapacity(word.count)
    switch symbols {
    case .bytes(let table): appendBytes(word, table, to: &start)
    case .characters(let table): appendCharacters(word, table, to: &start)
    }
    return workspace.merge(start, by: merges)
  }

  private func appendBytes(_ word: ArraySlice<UInt8>, _ table: [Int32], to ids: inout [Int32]) {
    var followsUnknown = false
    for byte in word {
      let id = table[Int(byte)]
      let isUnknown = id < 0
      if !isUnknown {
        ids.append(id)
      } else if let unknownToken, !(followsUnknown && fusesUnknown) {
        ids.append(unknownToken)
      }
      followsUnknown = isUnknown
    }
  }

  private func appendCharacters(
    _ word: ArraySlice<UInt8>, _ table: [UInt32: Int32], to ids: inout [Int32]
  ) {
    // An unknown token waits for the next known one, as in the reference: bytes overtake it.
    var waiting: Int32?
    for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
      if let id = table[scalar.value] {
        if let unknown = waiting { ids.append(unknown) }
        waiting = nil
        ids.append(id)
      } else if let bytes = byteTokens(of: scalar) {
        ids += bytes
      } else if let unknownToken {
        if let unknown = waiting, !fusesUnknown { ids.append(unknown) }
        waiting = unknownToken
      }
    }
    if let unknown = waiting { ids.append(unknown) }
  }

  /// Returns the byte tokens for a character, or nil when any is missing.
  private func byteTokens(of scalar: Unicode.Scalar) -> [Int32]? {
    guard !byteTokens.isEmpty else { return nil }
    let ids = UTF8.encode(scalar)?.map { byteTokens[Int($0)] } ?? []
    return ids.isEmpty || ids.contains(where: { $0 < 0 }) ? nil : ids
  }
}
