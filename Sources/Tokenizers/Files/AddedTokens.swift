/// A token that is found in a text before anything else looks at it, such as `<|endoftext|>`.
struct AddedToken: Sendable {
  /// The longest content: it bounds the work that one place of a text can cost.
  static let lengthLimit = 512

  let id: Int32
  let content: String
  /// Whether decoding may leave it out.
  let isSpecial: Bool
  /// Whether it takes the white space before it, and after it, along.
  let stripsLeft: Bool
  let stripsRight: Bool
  /// Whether it counts only where no word character touches it.
  let isSingleWord: Bool
  /// Whether it is looked for in the normalised text.
  let isNormalized: Bool

  init(_ section: FileSection) throws(TokenizerError) {
    content = try section.string("content")
    let number = try section.integer("id")
    guard (0..<Vocabulary.identifierLimit).contains(number) else {
      throw .identifierOutOfRange(token: content, id: number)
    }
    guard (1...Self.lengthLimit).contains(content.utf8.count) else {
      throw .addedTokenLength(
        token: content, bytes: content.utf8.count, limit: Self.lengthLimit)
    }
    id = Int32(number)
    isSpecial = try section.bool("special", default: false)
    stripsLeft = try section.bool("lstrip", default: false)
    stripsRight = try section.bool("rstrip", default: false)
    isSingleWord = try section.bool("single_word", default: false)
    isNormalized = try section.bool("normalized", default: !isSpecial)
  }
}

/// Finds added tokens in a text: the leftmost first, and of those the longest.
struct AddedTokenFinder: Sendable {
  /// A stretch of text, or a token that stands in it.
  enum Segment {
    case text(Range<Int>)
    /// A token's id, and what it takes of the text.
    case token(Int32, Range<Int>)
  }

  private var tokens: [AddedToken] = []
  private var spellings = ByteTree()
  private var isFirstByte = [Bool](repeating: false, count: 256)

  /// Whether there is nothing to find.
  var isEmpty: Bool { tokens.isEmpty }

  /// Adds `token`, to be found as `spelling`; of two with one spelling the first counts.
  mutating func add(_ token: AddedToken, spelling: [UInt8]) {
    guard let first = spelling.first else { return }
    isFirstByte[Int(first)] = true
    if let known = spellings.node(after: spelling), spellings.number(at: known) >= 0 { return }
    spellings.insert(spelling, number: Int32(tokens.count))
    tokens.append(token)
  }

  /// Returns the tokens in `range` of `text` and what lies between them, without empty stretches.
  func split(_ text: [UInt8], _ range: Range<Int>) -> [Segment] {
    guard !range.isEmpty else { return [] }
    guard !tokens.isEmpty else { return [.text(range)] }
    var segments: [Segment] = []
    var pending = range.lowerBound
    var position = range.lowerBound
    while position < range.upperBound {
      guard isFirstByte[Int(text[position])],
        let match = spellings.longest(in: text, position..<range.upperBound)
      else {
        position += 1
        continue
      }
      let token = tokens[Int(match.number)]
      let place = position..<match.end
      position = match.end
      guard !token.isSingleWord || Self.isSingleWord(place, in: text[range]) else { continue }
      let taken = Self.extent(of: token, at: place, in: text[range], after: pending)
      if pending < taken.lowerBound { segments.append(.text(pending..<taken.lowerBound)) }
      segments.append(.token(token.id, taken))
      pending = taken.upperBound
    }
    if pending < range.upperBound { segments.append(.text(pending..<range.upperBound)) }
    return segments
  }

  /// Whether no word character touches `place`.
  private static func isSingleWord(_ place: Range<Int>, in text: ArraySlice<UInt8>) -> Bool {
    let before = text[..<place.lowerBound].lastScalar
    let after = text[place.upperBound...].firstScalar
    return before?.isReferenceWordCharacter != true && after?.isReferenceWordCharacter != true
  }

  /// Returns what `token` takes of `text`, of which what is before `limit` was taken already.
  private static func extent(
    of token: AddedToken, at place: Range<Int>, in text: ArraySlice<UInt8>, after limit: Int
  ) -> Range<Int> {
    var (lower, upper) = (place.lowerBound, place.upperBound)
    if token.stripsLeft {
      while lower > limit, let scalar = text[..<lower].lastScalar, scalar.isWhiteSpace {
        lower -= UTF8.width(scalar)
      }
      lower = max(lower, limit)
    }
    if token.stripsRight {
      while let scalar = text[upper...].firstScalar, scalar.isWhiteSpace {
        upper += UTF8.width(scalar)
      }
    }
    return lower..<max(lower, upper)
  }
}
