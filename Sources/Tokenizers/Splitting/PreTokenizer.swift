/// How a text is cut into words, none of which a token ever crosses.
indirect enum PreTokenizer: Sendable {
  case sequence([PreTokenizer])
  case split(Splitter)
  /// Bytes become the characters that stand for them; the pattern, when there is one, cuts words
  /// first.
  case byteLevel(addsPrefixSpace: Bool, Splitter?)
  case metaspace(Metaspace)
  /// Words of so many characters.
  case fixedLength(Int)

  /// Whether the last step writes bytes as characters, and no other does.
  ///
  /// A model of bytes can then read the bytes themselves, which is the same and quicker.
  var endsWithBytes: Bool {
    switch self {
    case .sequence(let steps):
      (steps.last?.endsWithBytes ?? false) && !steps.dropLast().contains(where: \.writesBytes)
    case .byteLevel: true
    case .split, .metaspace, .fixedLength: false
    }
  }

  private var writesBytes: Bool {
    switch self {
    case .sequence(let steps): steps.contains(where: \.writesBytes)
    case .byteLevel: true
    case .split, .metaspace, .fixedLength: false
    }
  }

  /// Cuts the words of `words` further; with `leavingBytes` a last step that writes bytes as
  /// characters leaves them as they are.
  func apply(to words: inout Words, leavingBytes: Bool) {
    switch self {
    case .sequence(let steps):
      for (index, step) in steps.enumerated() {
        step.apply(to: &words, leavingBytes: leavingBytes && index == steps.count - 1)
      }
    case .split(let splitter): words.split(by: splitter)
    case .byteLevel(let addsPrefixSpace, let splitter):
      if addsPrefixSpace { words.prependSpaces() }
      if let splitter { words.split(by: splitter) }
      if !leavingBytes { words.writeBytes() }
    case .metaspace(let metaspace): metaspace.apply(to: &words)
    case .fixedLength(let length): words.cut(each: length)
    }
  }
}

/// The text of one stretch between added tokens, and the words found in it so far.
struct Words {
  private(set) var text: SourcedText
  private(set) var ranges: [Range<Int>]
  /// Where in `text` the source begins; nil when it begins in another stretch, or was dropped.
  private(set) var sourceStart: Int?

  /// The part of `text` in `range` as one word.
  init(_ text: SourcedText, _ range: Range<Int>) {
    self.text = text
    ranges = [range]
    sourceStart = text.beginsSource && range.lowerBound == 0 ? 0 : nil
  }

  mutating func split(by splitter: Splitter) { ranges = splitter.split(ranges, of: text.bytes) }

  /// Writes every word anew, with what `body` appends for it; words that stay empty disappear.
  mutating func rewrite(_ body: (Range<Int>, inout SourcedText) -> Void) {
    var rewritten = SourcedText(like: text)
    var places: [Range<Int>] = []
    places.reserveCapacity(ranges.count)
    var newStart: Int?
    for range in ranges {
      let start = rewritten.bytes.count
      body(range, &rewritten)
      guard rewritten.bytes.count > start else { continue }
      if range.lowerBound == sourceStart { newStart = start }
      places.append(start..<rewritten.bytes.count)
    }
    text = rewritten
    ranges = places
    sourceStart = newStart
  }

  /// Puts a space before each word that does not begin with one.
  fileprivate mutating func prependSpaces() {
    let text = text
    let space = UInt8(ascii: " ")
    guard ranges.contains(where: { text.bytes[$0.lowerBound] != space }) else { return }
    rewrite { range, result in
      if text.bytes[range.lowerBound] != space {
        let width = text.bytes.scalar(at: range.lowerBound).width
        result.append(" ", for: range.lowerBound..<range.lowerBound + width, of: text)
      }
      result.append(range, of: text)
    }
  }

  /// Writes each byte as the character that stands for it.
  fileprivate mutating func writeBytes() {
    let text = text
    rewrite { range, result in
      for place in range {
        let character = ByteLevelAlphabet.characters[Int(text.bytes[place])]
        result.append(character, for: place..<place + 1, of: text)
      }
    }
  }

  /// Cuts every word after each `length` characters.
  fileprivate mutating func cut(each length: Int) {
    var pieces: [Range<Int>] = []
    for range in ranges {
      var start = range.lowerBound
      var count = 0
      text.bytes.forEachScalar(in: range) { _, place in
        count += 1
        guard count == length else { return }
        pieces.append(start..<place.upperBound)
        start = place.upperBound
        count = 0
      }
      if start < range.upperBound { pieces.append(start..<range.upperBound) }
    }
    ranges = pieces
  }
}
