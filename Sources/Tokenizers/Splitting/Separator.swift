/// What a text is cut at.
enum Separator: Sendable {
  /// The matches of a regular expression.
  case pattern(Pattern)
  /// Every single character of a kind.
  case character(CharacterKind)
  /// Runs of word characters, and runs of what is neither that nor white space.
  case wordsAndSigns
  /// Runs of characters of one script, with those of any script that come after the first of them.
  case scripts

  /// Calls `body` with every match in every one of `ranges` of `text`, told with the number of the
  /// range; nothing around a range counts.
  func forEachMatch(
    in ranges: [Range<Int>], of text: [UInt8], _ body: (Int, Range<Int>) -> Void
  ) {
    switch self {
    case .pattern(let pattern):
      pattern.withMatcher(over: text) { matcher in
        for (index, range) in ranges.enumerated() {
          matcher.forEachMatch(in: range) { body(index, $0) }
        }
      }
    case .character(let kind):
      for (index, range) in ranges.enumerated() {
        text.forEachScalar(in: range) { if kind.contains($0) { body(index, $1) } }
      }
    case .wordsAndSigns:
      for (index, range) in ranges.enumerated() {
        Self.forEachRun(in: range, of: text) { body(index, $0) }
      }
    case .scripts:
      for (index, range) in ranges.enumerated() {
        Self.forEachScript(in: range, of: text) { body(index, $0) }
      }
    }
  }

  private static func forEachRun(
    in range: Range<Int>, of text: [UInt8], _ body: (Range<Int>) -> Void
  ) {
    var start = range.lowerBound
    var isWord = false
    var end = start
    text.forEachScalar(in: range) { scalar, place in
      let continues = scalar.isReferenceWordCharacter
      let isSpace = !continues && scalar.isWhiteSpace
      if start < end, isSpace || continues != isWord { body(start..<end) }
      if isSpace || start == end || continues != isWord {
        start = isSpace ? place.upperBound : place.lowerBound
      }
      isWord = continues
      end = place.upperBound
    }
    if start < end { body(start..<end) }
  }

  private static func forEachScript(
    in range: Range<Int>, of text: [UInt8], _ body: (Range<Int>) -> Void
  ) {
    var start: Int?
    var current = ReferenceScripts.any
    text.forEachScalar(in: range) { scalar, place in
      let script = ReferenceScripts.shared.script(of: scalar)
      guard script != ReferenceScripts.any, script != current else { return }
      if let start { body(start..<place.lowerBound) }
      start = place.lowerBound
      current = script
    }
    if let start { body(start..<range.upperBound) }
  }
}

/// A kind of characters at which texts are cut.
enum CharacterKind: Sendable {
  case whiteSpace
  case punctuation
  case number
  case one(Unicode.Scalar)

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .whiteSpace: scalar.isWhiteSpace
    case .punctuation: scalar.isReferencePunctuation
    case .number: scalar.isReferenceNumber
    case .one(let other): scalar == other
    }
  }
}
