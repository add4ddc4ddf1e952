/// Guesses how an answer goes on: as its prompt, it itself or an earlier answer went on after the same
/// tokens.
///
/// Replies repeat their prompts, extraction copies, tuned models have phrases. A guess costs little, as a
/// model reads several tokens of one sequence in little more than the time of one, and it is only taken
/// where the model itself chooses the same.
struct LookupDrafts {
  private var own = LookupText()
  private let phrases: WrittenPhrases
  /// How many chances to guess are let go yet.
  private var pause = 0
  /// How many guesses in a row were wrong from their first token.
  private var misses = 0

  /// Chances that are let go after wrong guesses, at most.
  private static let longestPause = 64

  /// Begins with what an answer goes on from.
  init(after opening: some Sequence<Int32>, _ phrases: WrittenPhrases) {
    self.phrases = phrases
    for token in opening { own.append(token) }
  }

  /// Takes the next token of the text.
  mutating func append(_ token: Int32) { own.append(token) }

  /// A guess of at most `limit` tokens; empty when nothing is known.
  ///
  /// The more tokens before it are the same, the longer it is.
  mutating func next(limit: Int) -> [Int32] {
    let text = own.tokens
    let (mine, other) = (own.place(after: text), phrases.text.place(after: text))
    guard let matching = [mine, other].compactMap({ $0?.matching }).max() else { return [] }
    guard pause == 0 else {
      pause -= 1
      return []
    }
    let count = max(0, min(limit, matching - 2))
    if let other, other.matching > mine?.matching ?? 0 {
      return Array(phrases.text.tokens[other.place...].prefix(count).prefix { $0 >= 0 })
    }
    guard let place = mine?.place else { return [] }
    // A text that repeats itself goes on with what is guessed.
    var guess: [Int32] = []
    for index in place..<place + count {
      guess.append(index < text.count ? text[index] : guess[index - text.count])
    }
    return guess
  }

  /// Takes in how many tokens of the last guess were right.
  mutating func note(right: Int) {
    misses = right == 0 ? misses + 1 : 0
    pause = right == 0 ? min(Self.longestPause, 1 << misses) : 0
  }
}
