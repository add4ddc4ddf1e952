/// Guesses how an answer goes on: as its prompt, it itself or earlier answers went on after the same
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
  /// Places of a text that are asked, its last ones.
  private static let voices = 16
  /// How likely all of a guess has to be, by what the places say.
  private static let leastLikelihood = 0.4
  /// Tokens alike before a place, beyond which more of them say no more.
  private static let longestMatch = 8

  /// A place that says how the text goes on, in the text itself or among what was written before.
  private struct Voice {
    let isOwn: Bool
    var place: Int
  }

  /// Begins with what an answer goes on from.
  init(after opening: some Sequence<Int32>, _ phrases: WrittenPhrases) {
    self.phrases = phrases
    for token in opening { own.append(token) }
  }

  /// Takes the next token of the text.
  mutating func append(_ token: Int32) { own.append(token) }

  /// A guess of at most `limit` tokens; empty when nothing is known.
  ///
  /// Each place after the same two tokens has a voice. The guess is what most of them say, token by
  /// token, as long as it is likely enough: the more of them agree, and the more is alike before them, the
  /// longer it is.
  mutating func next(limit: Int) -> [Int32] {
    var voices = own.places(after: own.tokens, limit: Self.voices).map {
      Voice(isOwn: true, place: $0)
    }
    voices += phrases.text.places(after: own.tokens, limit: Self.voices).map {
      Voice(isOwn: false, place: $0)
    }
    guard !voices.isEmpty else { return [] }
    guard pause == 0 else {
      pause -= 1
      return []
    }
    let alike = voices.map {
      ($0.isOwn ? own : phrases.text).matching($0.place, own.tokens, limit: Self.longestMatch)
    }.max()
    var (guess, likelihood) = ([Int32](), 1.0)
    while guess.count < limit {
      let said = voices.map { token(at: $0, after: guess) }
      guard let (token, count) = Self.mostSaid(said) else { break }
      // As if one more place had spoken, and that by as much for the guess as the tokens alike are many.
      let known = min(1, Double((alike ?? 2) + guess.count - 2) / 6)
      likelihood *= (Double(count) + 0.7 * known) / Double(said.count { $0 != nil } + 1)
      guard likelihood >= Self.leastLikelihood else { break }
      guess.append(token)
      voices = zip(voices, said).compactMap { voice, said in
        said == token ? Voice(isOwn: voice.isOwn, place: voice.place + 1) : nil
      }
    }
    return guess
  }

  /// What a voice says; nil at the end of an earlier answer.
  private func token(at voice: Voice, after guess: [Int32]) -> Int32? {
    guard voice.isOwn else {
      let written = phrases.text.tokens
      return voice.place < written.count && written[voice.place] >= 0 ? written[voice.place] : nil
    }
    // A text that repeats itself goes on with what is guessed.
    let ahead = voice.place - own.tokens.count
    return ahead < 0 ? own.tokens[voice.place] : guess[ahead]
  }

  /// What most voices say, the earliest of equals, and how many; nil when none says anything.
  private static func mostSaid(_ said: [Int32?]) -> (token: Int32, count: Int)? {
    var best: (token: Int32, count: Int)?
    for case let token? in said where token != best?.token {
      let count = said.count { $0 == token }
      if count > best?.count ?? 0 { best = (token, count) }
    }
    return best
  }

  /// Takes in how many tokens of the last guess were right.
  mutating func note(right: Int) {
    misses = right == 0 ? misses + 1 : 0
    pause = right == 0 ? min(Self.longestPause, 1 << misses) : 0
  }
}
