import Models

/// A sequence whose tokens are known, so that another that begins alike can go on from a copy.
struct KeptPrompt {
  /// The tokens that the sequence holds.
  let tokens: ArraySlice<Int32>
  let sequence: CachedSequence
  /// The whole prompt that it answers.
  let prompt: [Int32]

  /// The same when it will hold all of what it goes on from.
  func whenRead(_ opening: [Int32]) -> KeptPrompt {
    KeptPrompt(
      tokens: opening.count > tokens.count ? opening[...] : tokens, sequence: sequence,
      prompt: prompt)
  }
}

/// What was computed for answers that ended, for prompts that begin alike; the latest are kept.
struct KeptPrompts {
  /// Tokens that another answer is about to read which are worth waiting a pass for.
  static let worthWaiting = 64
  /// The fewest tokens worth a copy of a block.
  private static let fewest = 8

  private let tokenLimit: Int
  /// Whether prompts are read by another half of the model, and shared whole or not at all.
  private let isRead: Bool
  /// Whether a layer keeps the last rows of what it reads, which only a copy of the whole has.
  private let isWhole: Bool
  /// The longest sequence of a model that turns the keys of longer ones otherwise.
  private let shortLength: Int?
  /// The oldest first.
  private(set) var sources: [KeptPrompt] = []

  init(tokenLimit: Int, reading blueprint: Blueprint) {
    self.tokenLimit = tokenLimit
    isRead = blueprint.reader != nil
    shortLength = blueprint.shortLength
    isWhole = blueprint.layers.contains { $0.attention == nil }
  }

  /// Keeps what an answer's sequence holds; the oldest go when there is too much.
  ///
  /// The latest one stays in any case: the next request is often for the same prompt.
  mutating func add(_ tokens: ArraySlice<Int32>, _ sequence: CachedSequence, prompt: [Int32]) {
    sources.removeAll { $0.tokens.count <= tokens.count && tokens.starts(with: $0.tokens) }
    sources.append(KeptPrompt(tokens: tokens, sequence: sequence, prompt: prompt))
    var count = sources.reduce(0) { $0 + $1.tokens.count }
    while count > tokenLimit, sources.count > 1 { count -= sources.removeFirst().tokens.count }
  }

  /// How many of the first tokens of what a prompt opens with a source holds; the last one is always
  /// read anew, for its logits.
  func shared(_ source: KeptPrompt, with prompt: [Int32], _ opening: [Int32]) -> Int {
    if isRead { return source.prompt == prompt ? opening.count - 1 : 0 }
    if let shortLength, source.sequence.turnedLength > shortLength, opening.count <= shortLength {
      return 0
    }
    let limit = min(source.tokens.count, opening.count - 1)
    var count = 0
    for (mine, other) in zip(opening, source.tokens) where count < limit {
      guard mine == other else { break }
      count += 1
    }
    return isWhole && count < source.tokens.count ? 0 : count
  }

  /// A copy of the source that holds most of a prompt's beginning; nil where none holds enough.
  func fork(
    for prompt: [Int32], _ opening: [Int32], of sources: [KeptPrompt]
  ) -> CachedSequence? {
    if isRead { return sources.first { $0.prompt == prompt }?.sequence.fork(length: 0) }
    let best = sources.map { ($0, shared($0, with: prompt, opening)) }.max { $0.1 < $1.1 }
    guard let (source, count) = best, count >= Self.fewest else { return nil }
    return source.sequence.fork(length: count)
  }
}
