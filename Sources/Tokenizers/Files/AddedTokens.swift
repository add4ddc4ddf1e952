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
  /// A tree of bytes: `node << 8 | byte` leads to the next node; the root is 0.
  private var edges: [Int: Int] = [:]
  private var tokenAtNode: [Int: Int] = [:]
  private var nodeCount = 1
  private var isFirstByte = [Bool](repeating: false, count: 256)

  /// Adds `token`, to be found as `spelling`; of two with one spelling the first counts.
  mutating func add(_ token: AddedToken, spelling: [UInt8]) {
    guard let first = spelling.first else { return }
    isFirstByte[Int(first)] = true
    var node = 0
    for byte in spelling {
      let edge = node << 8 | Int(byte)
      if let next = edges[edge] {
        node = next
      } else {
        edges[edge] = nodeCount
        node = nodeCount
        nodeCount += 1
      }
    }
    guard tokenAtNode[node] == nil else { return }
    tokenAtNode[node] = tokens.count
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
        let match = longestMatch(in: text[position..<range.upperBound])
      else {
        position += 1
        continue
      }
      position += match.length
      let place = position - match.length..<position
      guard let taken = extent(of: match.token, at: place, in: text[pending..<range.upperBound])
      else { continue }
      if pending < taken.lowerBound { segments.append(.text(pending..<taken.lowerBound)) }
      segments.append(.token(match.token.id, taken))
      pending = taken.upperBound
      position = pending
    }
    if pending < range.upperBound { segments.append(.text(pending..<range.upperBound)) }
    return segments
  }

  private func longestMatch(in text: ArraySlice<UInt8>) -> (token: AddedToken, length: Int)? {
    var node = 0
    var length = 0
    var best: (token: AddedToken, length: Int)?
    for byte in text {
      guard let next = edges[node << 8 | Int(byte)] else { break }
      node = next
      length += 1
      if let index = tokenAtNode[node] { best = (tokens[index], length) }
    }
    return best
  }

  /// Returns what `token` takes of `text`, the part not taken before, or nil where it is in a word.
  private func extent(
    of token: AddedToken, at place: Range<Int>, in text: ArraySlice<UInt8>
  ) -> Range<Int>? {
    if token.isSingleWord {
      let before = text[..<place.lowerBound].lastScalar
      let after = text[place.upperBound...].firstScalar
      guard before?.isWordCharacter != true, after?.isWordCharacter != true else { return nil }
    }
    var (lower, upper) = (place.lowerBound, place.upperBound)
    if token.stripsLeft {
      while let scalar = text[..<lower].lastScalar, scalar.properties.isWhitespace {
        lower -= UTF8.width(scalar)
      }
    }
    if token.stripsRight {
      while let scalar = text[upper...].firstScalar, scalar.properties.isWhitespace {
        upper += UTF8.width(scalar)
      }
    }
    return lower..<upper
  }
}

extension ArraySlice<UInt8> {
  /// The first character of valid UTF-8.
  var firstScalar: Unicode.Scalar? {
    String(decoding: prefix(4), as: UTF8.self).unicodeScalars.first
  }

  /// The last character of valid UTF-8.
  var lastScalar: Unicode.Scalar? {
    String(decoding: suffix(4), as: UTF8.self).unicodeScalars.last
  }
}

extension Unicode.Scalar {
  /// Whether this belongs to words: letters, marks, digits, joining punctuation and joiners.
  ///
  /// Source: Unicode Technical Standard 18, annex C.
  fileprivate var isWordCharacter: Bool {
    if properties.isAlphabetic || properties.isJoinControl { return true }
    return switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    default: false
    }
  }
}
