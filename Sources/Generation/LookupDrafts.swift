/// Guesses how a text goes on: as it went on the last time that its last three tokens stood there.
///
/// Replies repeat their prompts, extraction copies, code and lists repeat themselves. A guess costs little,
/// as a model reads several tokens of one sequence in about the time of one, and is only ever taken
/// where the model itself chooses the same.
struct LookupDrafts {
  private var tokens: [Int32]
  /// Which token came last after three.
  private var places: [Context: Int] = [:]
  /// How many tokens the next guess has at most: more after right ones.
  private var length = Self.firstLength
  /// How many chances to guess are let go yet.
  private var pause = 0
  /// How many guesses in a row were wrong from their first token.
  private var misses = 0

  private static let firstLength = 4
  private static let longest = 16
  /// Chances that are let go after wrong guesses, at most.
  private static let longestPause = 64

  /// Three tokens.
  private struct Context: Hashable {
    let first, second, third: Int32
  }

  /// Begins with what an answer goes on from.
  init(after opening: some Sequence<Int32>) {
    tokens = []
    for token in opening { append(token) }
  }

  /// Takes the next token of the text.
  mutating func append(_ token: Int32) {
    if let context { places[context] = tokens.count }
    tokens.append(token)
  }

  private var context: Context? {
    let count = tokens.count
    guard count >= 3 else { return nil }
    return Context(first: tokens[count - 3], second: tokens[count - 2], third: tokens[count - 1])
  }

  /// A guess of at most `limit` tokens; empty when nothing is known.
  mutating func next(limit: Int) -> [Int32] {
    guard let place = context.flatMap({ places[$0] }) else { return [] }
    guard pause == 0 else {
      pause -= 1
      return []
    }
    // A text that repeats itself goes on with what is guessed.
    var guess: [Int32] = []
    for index in place..<place + max(0, min(limit, length)) {
      guess.append(index < tokens.count ? tokens[index] : guess[index - tokens.count])
    }
    return guess
  }

  /// Takes in how many tokens of the last guess were right.
  mutating func note(right: Int, of count: Int) {
    guard right == 0 else {
      (misses, pause) = (0, 0)
      length = right == count ? min(Self.longest, 2 * length) : max(2, right + 1)
      return
    }
    misses += 1
    length = Self.firstLength
    pause = min(Self.longestPause, 1 << misses)
  }
}
