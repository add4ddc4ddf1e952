/// Learns a byte-level vocabulary from text by byte-pair encoding.
///
/// Every text can be encoded with it, since the 256 bytes are tokens. The pair of neighbouring
/// tokens met most often becomes the next token; of pairs met equally often the one whose tokens'
/// bytes come first does, so the same texts give the same file.
///
/// Source: Sennrich, Haddow and Birch 2016, arXiv:1508.07909, algorithm 1; Radford et al. 2019.
package struct TokenizerTrainer {
  /// Words end here at the latest: longer ones are data, and teach nothing about language.
  private static let wordLimit = 256
  /// A pair met once is chance, not language: the vocabulary stays smaller instead.
  private static let leastCount = 2

  /// The bytes of each token learnt so far, those of the 256 bytes first.
  private var tokens: [[UInt8]]
  /// The place in `tokens` of each: `ab` + `c` and `a` + `bc` make the same.
  private var identifiers: [[UInt8]: Int32] = [:]
  private var merges: [(left: Int32, right: Int32)] = []
  private var words: [Word] = []
  /// How often each pair stands in the texts.
  private var counts: [UInt64: Int] = [:]
  /// The words that have, or had, a pair.
  private var places: [UInt64: [Int32]] = [:]
  private var queue = PairQueue()

  /// A distinct word of the texts as the tokens it is made of, and how often it was met.
  private struct Word {
    var tokens: [Int32]
    let count: Int
  }

  /// Returns a tokenizer of at most `vocabularySize` tokens: special ones first, from id 0, then
  /// the 256 bytes, then what was learnt.
  ///
  /// A special token written in `texts` is not learnt from. Fewer tokens result when no pair is
  /// met twice any more.
  ///
  /// - Throws: ``TokenizerError/vocabularyTooSmall(size:needed:)``, and for special tokens that are
  ///   empty, too long or given twice the case that says so.
  package static func train(
    texts: some Sequence<String>, vocabularySize: Int, specialTokens: [String]
  ) throws(TokenizerError) -> Tokenizer {
    let needed = specialTokens.count + 256
    guard vocabularySize >= needed else {
      throw .vocabularyTooSmall(size: vocabularySize, needed: needed)
    }
    guard vocabularySize <= Vocabulary.identifierLimit else {
      throw .identifierOutOfRange(token: "the last", id: vocabularySize - 1)
    }
    // The tokenizer before any merge says where words and special tokens lie.
    let untrained = TrainedVocabulary(specialTokens: specialTokens)
    let splitter = try WordCounter(Tokenizer(fileContents: untrained.fileContents))
    var trainer = TokenizerTrainer(splitter.count(texts, wordLimit: wordLimit))
    trainer.learn(upTo: vocabularySize - specialTokens.count)
    let trained = TrainedVocabulary(
      specialTokens: specialTokens, tokens: trainer.tokens, merges: trainer.merges)
    return try Tokenizer(fileContents: trained.fileContents)
  }

  private init(_ wordCounts: [[UInt8]: Int]) {
    tokens = (0..<256).map { [UInt8($0)] }
    for (index, token) in tokens.enumerated() { identifiers[token] = Int32(index) }
    words = wordCounts.map { Word(tokens: $0.key.map(Int32.init), count: $0.value) }
    for (index, word) in words.enumerated() { add(word, at: index) }
    for (pair, count) in counts { push(pair, count) }
  }

  /// Merges until there are `size` tokens, or nothing worth a merge is left.
  private mutating func learn(upTo size: Int) {
    while tokens.count < size, let pair = nextPair() {
      merges.append((pair.left, pair.right))
      merge(pair, into: identifier(of: tokens[Int(pair.left)] + tokens[Int(pair.right)]))
    }
  }

  /// Returns the place of `token`, a new one where it was not learnt before.
  private mutating func identifier(of token: [UInt8]) -> Int32 {
    if let known = identifiers[token] { return known }
    identifiers[token] = Int32(tokens.count)
    tokens.append(token)
    return Int32(tokens.count - 1)
  }

  /// Returns the pair met most often; entries whose count has sunk since go back to the queue.
  private mutating func nextPair() -> PairQueue.Entry? {
    while let entry = queue.pop(tokens) {
      let count = counts[entry.key] ?? 0
      if count == entry.count { return entry }
      if count < entry.count, count >= Self.leastCount { push(entry.key, count) }
    }
    return nil
  }

  /// Rewrites all words that have `pair`; new pairs are counted and join the queue.
  private mutating func merge(_ pair: PairQueue.Entry, into token: Int32) {
    var changed: Set<UInt64> = []
    for place in places.removeValue(forKey: pair.key) ?? [] {
      let word = words[Int(place)]
      let merged = Self.merged(word.tokens, pair, into: token)
      // The list may name a word twice, or one that has lost the pair to an earlier merge.
      guard merged.count < word.tokens.count else { continue }
      for (left, right) in zip(word.tokens, word.tokens.dropFirst()) {
        counts[BytePairEncoding.pair(left, right), default: 0] -= word.count
      }
      words[Int(place)].tokens = merged
      for (left, right) in zip(merged, merged.dropFirst()) {
        let key = BytePairEncoding.pair(left, right)
        counts[key, default: 0] += word.count
        guard left == token || right == token else { continue }
        if places[key]?.last != place { places[key, default: []].append(place) }
        changed.insert(key)
      }
    }
    counts[pair.key] = nil
    for key in changed { push(key, counts[key] ?? 0) }
  }

  private static func merged(
    _ tokens: [Int32], _ pair: PairQueue.Entry, into token: Int32
  ) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(tokens.count)
    var index = 0
    while index < tokens.count {
      if index + 1 < tokens.count, tokens[index] == pair.left, tokens[index + 1] == pair.right {
        result.append(token)
        index += 2
      } else {
        result.append(tokens[index])
        index += 1
      }
    }
    return result
  }

  private mutating func add(_ word: Word, at index: Int) {
    for (left, right) in zip(word.tokens, word.tokens.dropFirst()) {
      let key = BytePairEncoding.pair(left, right)
      counts[key, default: 0] += word.count
      if places[key]?.last != Int32(index) { places[key, default: []].append(Int32(index)) }
    }
  }

  private mutating func push(_ key: UInt64, _ count: Int) {
    guard count >= Self.leastCount else { return }
    queue.push(PairQueue.Entry(key: key, count: count), tokens)
  }
}

/// A heap with the pair met most often on top, of equals the one whose bytes come first.
private struct PairQueue {
  struct Entry {
    let key: UInt64
    let count: Int
    var left: Int32 { Int32(truncatingIfNeeded: key >> 32) }
    var right: Int32 { Int32(truncatingIfNeeded: key) }
  }

  private var entries: [Entry] = []

  mutating func push(_ entry: Entry, _ tokens: [[UInt8]]) {
    entries.append(entry)
    var child = entries.count - 1
    while child > 0, Self.precedes(entries[child], entries[(child - 1) / 2], tokens) {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop(_ tokens: [[UInt8]]) -> Entry? {
    guard let top = entries.first else { return nil }
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < entries.count && Self.precedes(entries[child], entries[best], tokens) {
        best = child
      }
      guard best != parent else { return top }
      entries.swapAt(parent, best)
      parent = best
    }
  }

  private static func precedes(_ a: Entry, _ b: Entry, _ tokens: [[UInt8]]) -> Bool {
    guard a.count == b.count else { return a.count > b.count }
    guard a.left == b.left else {
      return tokens[Int(a.left)].lexicographicallyPrecedes(tokens[Int(b.left)])
    }
    return tokens[Int(a.right)].lexicographicallyPrecedes(tokens[Int(b.right)])
  }
}
