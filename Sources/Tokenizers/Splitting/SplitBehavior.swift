/// What becomes of the text that a splitting pattern matched.
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

/// Cuts words of a text where a pattern matches.
struct Splitter: Sendable {
  let pattern: Pattern
  let behavior: SplitBehavior
  /// Whether the text between matches counts as the match.
  var isInverted = false

  /// Returns the pieces of all `words`, without empty ones, in order.
  func split(_ words: [Range<Int>], of text: [UInt8]) -> [Range<Int>] {
    pattern.withMatcher(over: text) { matcher in
      var pieces: [Range<Int>] = []
      pieces.reserveCapacity(text.count / 4)
      for word in words { split(word, matcher, into: &pieces) }
      return pieces
    }
  }

  private func split(_ word: Range<Int>, _ matcher: Matcher, into pieces: inout [Range<Int>]) {
    var joiner = PieceJoiner(behavior: behavior, firstPiece: pieces.count)
    var end = word.lowerBound
    matcher.forEachMatch(in: word) { match in
      joiner.add(end..<match.lowerBound, isMatch: isInverted, to: &pieces)
      joiner.add(match, isMatch: !isInverted, to: &pieces)
      end = match.upperBound
    }
    joiner.add(end..<word.upperBound, isMatch: isInverted, to: &pieces)
  }
}

/// Appends the matches of one word, and what lies between, as its behaviour asks.
private struct PieceJoiner {
  let behavior: SplitBehavior
  /// Where the word's pieces begin: earlier ones belong to other words and are never extended.
  let firstPiece: Int
  private var previousIsMatch = false

  init(behavior: SplitBehavior, firstPiece: Int) {
    self.behavior = behavior
    self.firstPiece = firstPiece
  }

  mutating func add(_ range: Range<Int>, isMatch: Bool, to pieces: inout [Range<Int>]) {
    guard !range.isEmpty else { return }
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
      pieces.append(range)
    }
  }
}
