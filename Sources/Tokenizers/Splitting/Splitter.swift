/// What becomes of the text that a separator matched.
enum SplitBehavior: String, CaseIterable {
  /// Matches are dropped.
  case removed = "Removed"
  /// Each match is a piece of its own.
  case isolated = "Isolated"
  /// A match ends the piece before it.
  case mergedWithPrevious = "MergedWithPrevious"
  /// A match begins the piece after it.
  case mergedWithNext = "MergedWithNext"
  /// Neighbouring matches make one piece.
  case contiguous = "Contiguous"
}

/// Cuts words of a text where a separator matches.
struct Splitter: Sendable {
  let separator: Separator
  let behavior: SplitBehavior
  /// Whether the text between matches counts as the match.
  var isInverted = false

  init(_ separator: Separator, _ behavior: SplitBehavior, isInverted: Bool = false) {
    self.separator = separator
    self.behavior = behavior
    self.isInverted = isInverted
  }

  /// Returns the pieces of all `words`, without empty ones, in order.
  func split(_ words: [Range<Int>], of text: [UInt8]) -> [Range<Int>] {
    var joiner = PieceJoiner(behavior: behavior, capacity: text.count / 4)
    var word = 0
    var end = words.first?.lowerBound ?? 0
    // Ends the words before the one with this number.
    func finish(upTo next: Int) {
      while word < next {
        joiner.addGap(end..<words[word].upperBound, isMatch: isInverted)
        joiner.endWord()
        word += 1
        if word < words.count { end = words[word].lowerBound }
      }
    }
    separator.forEachMatch(in: words, of: text) { index, match in
      finish(upTo: index)
      joiner.addGap(end..<match.lowerBound, isMatch: isInverted)
      joiner.add(match, isMatch: !isInverted)
      end = match.upperBound
    }
    finish(upTo: words.count)
    return joiner.pieces
  }
}

/// Collects the matches of words, and what lies between, as a behaviour asks.
private struct PieceJoiner {
  let behavior: SplitBehavior
  private(set) var pieces: [Range<Int>] = []
  /// Where the word's pieces begin: earlier ones belong to other words and are never extended.
  private var firstPiece = 0
  private var previousIsMatch = false
  /// Whether a match of the word was empty: it parts its neighbours, and then disappears.
  private var hasEmptyPieces = false

  init(behavior: SplitBehavior, capacity: Int) {
    self.behavior = behavior
    pieces.reserveCapacity(capacity)
  }

  /// Ends a word.
  mutating func endWord() {
    if hasEmptyPieces {
      let filled = pieces[firstPiece...].filter { !$0.isEmpty }
      pieces.replaceSubrange(firstPiece..., with: filled)
    }
    firstPiece = pieces.count
    previousIsMatch = false
    hasEmptyPieces = false
  }

  /// Adds what lies between two matches, if anything does.
  mutating func addGap(_ range: Range<Int>, isMatch: Bool) {
    if !range.isEmpty { add(range, isMatch: isMatch) }
  }

  mutating func add(_ range: Range<Int>, isMatch: Bool) {
    let hasPrevious = pieces.count > firstPiece
    defer { previousIsMatch = isMatch }
    let extends =
      switch behavior {
      case .removed, .isolated: false
      case .contiguous: isMatch == previousIsMatch
      case .mergedWithPrevious: isMatch && !previousIsMatch
      case .mergedWithNext: !isMatch && previousIsMatch
      }
    if extends, hasPrevious {
      pieces[pieces.count - 1] = pieces[pieces.count - 1].lowerBound..<range.upperBound
    } else if behavior != .removed || !isMatch {
      hasEmptyPieces = hasEmptyPieces || range.isEmpty
      pieces.append(range)
    }
  }
}
