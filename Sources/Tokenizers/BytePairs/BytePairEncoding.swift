/// Byte-pair encoding: a word begins as single symbols, and the merge of lowest rank goes first.
///
/// Source: Sennrich, Haddow and Birch 2016, arXiv:1508.07909, section 3.2.
struct BytePairEncoding: Sendable {
  /// What a word is made of before the first merge.
  enum Symbols: Sendable {
    /// The id of every byte, or -1.
    case bytes([Int32])
    /// The ids of characters by their places in a word.
    case characters(CharacterSymbols)
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
  /// How many bytes of a text each token of the file stands for; 0 where its id does not tell.
  let byteCounts: [UInt16]
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
    forEachPiece(of: words, text) { encode($0, of: text, into: &ids, &cache, &workspace) }
  }

  /// Calls `body` with the words, cut where no merge could join their parts.
  func forEachPiece(of words: [Range<Int>], _ text: [UInt8], _ body: (Range<Int>) -> Void) {
    for word in words {
      guard cutsBeforeSpaceMarks else {
        body(word)
        continue
      }
      var start = word.lowerBound
      while start < word.upperBound {
        let end = Self.cut(after: start, in: text, before: word.upperBound)
        body(start..<end)
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

  /// Appends the ids of one piece.
  func encode(
    _ word: Range<Int>, of text: [UInt8], into ids: inout [Int32], _ cache: inout WordCache,
    _ workspace: inout MergeWorkspace
  ) {
    guard let key = WordCache.Key(text, word) else {
      ids += encodeAfresh(word, text, &workspace)
      return
    }
    if cache.append(key, to: &ids) { return }
    let found = encodeAfresh(word, text, &workspace)
    cache.store(found, for: key)
    ids += found
  }

  private func encodeAfresh(
    _ word: Range<Int>, _ text: [UInt8], _ workspace: inout MergeWorkspace
  ) -> ArraySlice<Int32> {
    if !wholeWords.isEmpty, let id = wholeWords[Array(text[word])] { return [id] }
    var start: [Int32] = []
    start.reserveCapacity(word.count)
    forEachSymbol(of: word, in: text) { id, _ in start.append(id) }
    return workspace.merge(start, by: merges)
  }

  /// Calls `body` with what `word` is before the first merge: ids, and the bytes they stand for.
  func forEachSymbol(
    of word: Range<Int>, in text: [UInt8], _ body: (Int32, Range<Int>) -> Void
  ) {
    switch symbols {
    case .bytes(let table): forEachByte(of: word, in: text, table, body)
    case .characters(let table): forEachCharacter(of: word, in: text, table, body)
    }
  }

  private func forEachByte(
    of word: Range<Int>, in text: [UInt8], _ table: [Int32], _ body: (Int32, Range<Int>) -> Void
  ) {
    // Unknown bytes that one token stands for.
    var unknown: Range<Int>?
    for place in word {
      let id = table[Int(text[place])]
      if id < 0, fusesUnknown, let begun = unknown {
        unknown = begun.lowerBound..<place + 1
        continue
      }
      if let begun = unknown, let unknownToken { body(unknownToken, begun) }
      unknown = id < 0 ? place..<place + 1 : nil
      if id >= 0 { body(id, place..<place + 1) }
    }
    if let unknown, let unknownToken { body(unknownToken, unknown) }
  }

  private func forEachCharacter(
    of word: Range<Int>, in text: [UInt8], _ table: CharacterSymbols,
    _ body: (Int32, Range<Int>) -> Void
  ) {
    // An unknown token waits for the next known one, as in the reference: bytes overtake it.
    var waiting: Range<Int>?
    text.forEachScalar(in: word) { scalar, taken in
      let isFirst = taken.lowerBound == word.lowerBound
      let isLast = taken.upperBound == word.upperBound
      if let id = table.id(of: scalar, isFirst: isFirst, isLast: isLast) {
        if let waiting, let unknownToken { body(unknownToken, waiting) }
        waiting = nil
        body(id, taken)
      } else if let bytes = byteTokens(for: table.spelling(of: text[taken], isFirst, isLast)) {
        for (index, id) in bytes.enumerated() { body(id, place(ofByte: index, bytes.count, taken)) }
      } else if let unknownToken {
        if let begun = waiting, !fusesUnknown { body(unknownToken, begun) }
        let begin = fusesUnknown ? waiting?.lowerBound : nil
        waiting = (begin ?? taken.lowerBound)..<taken.upperBound
      }
    }
    if let waiting, let unknownToken { body(unknownToken, waiting) }
  }

  /// Returns the place of one of the bytes that a character is written with: its own, or all of the
  /// character when a prefix or suffix is among them.
  private func place(ofByte index: Int, _ count: Int, _ character: Range<Int>) -> Range<Int> {
    guard count == character.count else { return character }
    return character.lowerBound + index..<character.lowerBound + index + 1
  }

  /// Returns the byte tokens for the bytes of a character, or nil when any is missing.
  private func byteTokens(for bytes: [UInt8]) -> [Int32]? {
    guard !byteTokens.isEmpty else { return nil }
    let ids = bytes.map { byteTokens[Int($0)] }
    return ids.contains(-1) ? nil : ids
  }
}
