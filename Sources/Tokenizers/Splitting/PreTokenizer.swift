/// How a text is cut into words, none of which a token ever crosses.
indirect enum PreTokenizer: Sendable {
  case sequence([PreTokenizer])
  case split(Splitter)
  /// Bytes become the symbols of the model; the pattern, when there is one, cuts words first.
  case byteLevel(addsPrefixSpace: Bool, Splitter?)
  case metaspace(Metaspace)

  /// The text of one stretch between added tokens, and the words found in it so far.
  struct Words {
    var text: [UInt8]
    var ranges: [Range<Int>]
    /// Whether the stretch stands at the beginning of the whole text.
    let isFirst: Bool
    /// What of the source each byte of `text` comes from; nil when that is not asked for, or when
    /// `text` is the source.
    var origins: [Range<Int>]?
    /// Whether steps that change `text` keep `origins`.
    var keepsOrigins = false
  }

  /// Whether the words' bytes, not their characters, are the symbols that the model merges.
  var isByteLevel: Bool {
    switch self {
    case .sequence(let steps): steps.contains(where: \.isByteLevel)
    case .byteLevel: true
    case .split, .metaspace: false
    }
  }

  /// Cuts the words of `words` further.
  func apply(to words: inout Words) {
    switch self {
    case .sequence(let steps): for step in steps { step.apply(to: &words) }
    case .split(let splitter): words.ranges = splitter.split(words.ranges, of: words.text)
    case .byteLevel(let addsPrefixSpace, let splitter):
      if addsPrefixSpace { words.prependSpaces() }
      if let splitter { words.ranges = splitter.split(words.ranges, of: words.text) }
    case .metaspace(let metaspace): metaspace.apply(to: &words)
    }
  }
}

extension PreTokenizer.Words {
  /// Puts a space before each word that does not begin with one.
  fileprivate mutating func prependSpaces() {
    rewrite(spacesAs: nil) { word, _ in
      word.first == UInt8(ascii: " ") ? [] : [UInt8(ascii: " ")]
    }
  }

  /// Puts before every word, given with its number, what `prefix` returns for it, and writes its
  /// spaces as `mark`, if there is one; words that stay empty disappear.
  mutating func rewrite(
    spacesAs mark: [UInt8]?, prefix: (_ word: ArraySlice<UInt8>, Int) -> [UInt8]
  ) {
    var rewritten: [UInt8] = []
    rewritten.reserveCapacity(text.count + text.count / 8)
    var places: [Range<Int>] = []
    var moved: [Range<Int>] = []
    for (index, range) in ranges.enumerated() {
      let start = rewritten.count
      let word = text[range]
      let prefix = prefix(word, index)
      rewritten += prefix
      if let mark {
        for byte in word {
          if byte == UInt8(ascii: " ") { rewritten += mark } else { rewritten.append(byte) }
        }
      } else {
        rewritten += word
      }
      if rewritten.count > start { places.append(start..<rewritten.count) }
      if keepsOrigins { moved += origins(of: range, prefix: prefix.count, mark: mark) }
    }
    text = rewritten
    ranges = places
    if keepsOrigins { origins = moved }
  }

  /// What the bytes come from that ``rewrite(spacesAs:prefix:)`` writes for the word in `range`.
  private func origins(of range: Range<Int>, prefix: Int, mark: [UInt8]?) -> [Range<Int>] {
    let known = { (place: Int) in origins?[place] ?? place..<place + 1 }
    var result: [Range<Int>] = []
    if prefix > 0, let first = text[range].firstScalar {
      let last = range.lowerBound + UTF8.width(first) - 1
      let origin = known(range.lowerBound).joined(with: known(last))
      result += repeatElement(origin, count: prefix)
    }
    for place in range {
      let isSpace = text[place] == UInt8(ascii: " ")
      let count = isSpace ? mark?.count ?? 1 : 1
      result += repeatElement(known(place), count: count)
    }
    return result
  }
}

/// Writes spaces as a visible character, and begins a word at each.
struct Metaspace: Sendable {
  /// When the replacement is put before a word that does not begin with it.
  enum Prepending: String, CaseIterable {
    case always, never, first
  }

  /// The character that stands for a space, mostly U+2581, in UTF-8.
  let replacement: [UInt8]
  let prepending: Prepending
  /// Cuts before each replacement, or nil when words stay whole.
  private let splitter: Splitter?

  init(_ section: FileSection) throws(TokenizerError) {
    let character = try section.optionalString("replacement") ?? "\u{2581}"
    guard character.unicodeScalars.count == 1 else {
      throw section.malformed("replacement", "one character")
    }
    replacement = Array(character.utf8)
    if let scheme = try section.optionalString("prepend_scheme") {
      guard let known = Prepending(rawValue: scheme) else {
        throw section.malformed("prepend_scheme", "always, never or first")
      }
      prepending = known
    } else {
      prepending = try section.bool("add_prefix_space", default: true) ? .always : .never
    }
    let splits = try section.bool("split", default: true)
    splitter =
      splits
      ? Splitter(pattern: try Pattern(literal: character), behavior: .mergedWithNext) : nil
  }

  func apply(to words: inout PreTokenizer.Words) {
    let isFirst = words.isFirst
    words.rewrite(spacesAs: replacement) { word, index in
      let begins = word.first == UInt8(ascii: " ") || word.starts(with: replacement)
      let prepends = prepending == .always || prepending == .first && isFirst && index == 0
      return prepends && !begins ? replacement : []
    }
    if let splitter { words.ranges = splitter.split(words.ranges, of: words.text) }
  }
}
