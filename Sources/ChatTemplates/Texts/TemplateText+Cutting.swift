/// Python's ways to cut and search texts: on UTF-8 or on scalars, never on grapheme clusters.
extension TemplateText {
  /// Where `part` first begins from `start` on, in bytes; in time linear in both.
  ///
  /// Source: Knuth, Morris and Pratt 1977, "Fast pattern matching in strings".
  static func firstPlace(of part: [UInt8], in bytes: [UInt8], from start: Int = 0) -> Int? {
    guard part.count <= bytes.count - start else { return nil }
    return firstPlace(of: part, borders(of: part), in: bytes, from: start)
  }

  private static func firstPlace(
    of part: [UInt8], _ borders: [Int], in bytes: [UInt8], from start: Int
  ) -> Int? {
    guard !part.isEmpty else { return start }
    guard part.count <= bytes.count - start else { return nil }
    var matched = 0
    for place in start..<bytes.count {
      while matched > 0, part[matched] != bytes[place] { matched = borders[matched - 1] }
      if part[matched] == bytes[place] { matched += 1 }
      if matched == part.count { return place + 1 - part.count }
    }
    return nil
  }

  /// For each length of a beginning of `part`, how much of it is also that beginning's end.
  private static func borders(of part: [UInt8]) -> [Int] {
    var borders = [Int](repeating: 0, count: part.count)
    var matched = 0
    for place in part.indices.dropFirst() {
      while matched > 0, part[matched] != part[place] { matched = borders[matched - 1] }
      if part[matched] == part[place] { matched += 1 }
      borders[place] = matched
    }
    return borders
  }

  /// Whether `part` stands anywhere in the text.
  func contains(_ part: TemplateText) -> Bool {
    guard part.byteCount <= byteCount, !part.isEmpty else { return part.isEmpty }
    return Self.stands(part.string.utf8.span, in: string.utf8.span)
      ?? (Self.firstPlace(of: Array(part.string.utf8), in: Array(string.utf8)) != nil)
  }

  /// Whether a part stands anywhere in a text; nil when finding out takes too long.
  ///
  /// Each place is tried where its first byte stands, which is quickest for most.
  private static func stands(_ part: Span<UInt8>, in text: Span<UInt8>) -> Bool? {
    var budget = 4 * text.count
    for start in 0...(text.count - part.count) where text[start] == part[0] {
      var matched = 1
      while matched < part.count, part[matched] == text[start + matched] { matched += 1 }
      if matched == part.count { return true }
      budget -= matched
      if budget < 0 { return nil }
    }
    return false
  }

  func hasPrefix(_ part: TemplateText) -> Bool { string.utf8.starts(with: part.string.utf8) }

  func hasSuffix(_ part: TemplateText) -> Bool {
    string.utf8.reversed().starts(with: part.string.utf8.reversed())
  }

  /// Cuts at every `separator`, at most `limit` times; the separator must not be empty.
  func split(at separator: TemplateText, limit: Int = .max) -> [TemplateText] {
    places(between: separator, limit: limit).map { self[$0] }
  }

  /// Where the parts stand that ``split(at:limit:)`` gives.
  func places(between separator: TemplateText, limit: Int = .max) -> [Range<Int>] {
    guard separator.byteCount <= byteCount else { return [0..<byteCount] }
    let bytes = Array(string.utf8)
    let separator = Array(separator.string.utf8)
    let borders = Self.borders(of: separator)
    var parts: [Range<Int>] = []
    var start = 0
    while parts.count < limit,
      let place = Self.firstPlace(of: separator, borders, in: bytes, from: start)
    {
      parts.append(start..<place)
      start = place + separator.count
    }
    return parts + [start..<byteCount]
  }

  /// Cuts at every `separator` from the end, at most `limit` times, as Python's `rsplit`.
  func splitFromEnd(at separator: TemplateText, limit: Int) -> [TemplateText] {
    placesFromEnd(between: separator, limit: limit).map { self[$0] }
  }

  /// Where the parts stand that ``splitFromEnd(at:limit:)`` gives.
  func placesFromEnd(between separator: TemplateText, limit: Int) -> [Range<Int>] {
    guard separator.byteCount <= byteCount else { return [0..<byteCount] }
    let bytes = [UInt8](string.utf8.reversed())
    let mark = [UInt8](separator.string.utf8.reversed())
    let borders = Self.borders(of: mark)
    var parts: [Range<Int>] = []
    var start = 0
    while parts.count < limit,
      let place = Self.firstPlace(of: mark, borders, in: bytes, from: start)
    {
      parts.append(byteCount - place..<byteCount - start)
      start = place + mark.count
    }
    return (parts + [0..<byteCount - start]).reversed()
  }

  /// Cuts at line ends, as Python's `splitlines`; a last end makes no last line.
  func lines(keepingEnds: Bool = false) -> [TemplateText] {
    linePlaces(keepingEnds: keepingEnds).map { self[$0] }
  }

  /// Where the lines stand that ``lines(keepingEnds:)`` gives.
  func linePlaces(keepingEnds: Bool = false) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var (start, place) = (0, 0)
    var afterReturn: Int?
    for scalar in string.unicodeScalars {
      let end = place + UTF8.width(scalar)
      if scalar == "\n", afterReturn == place {
        // The second half of an end that was found already.
        if keepingEnds, let last = lines.indices.last {
          lines[last] = lines[last].lowerBound..<end
        }
        start = end
      } else if Self.endsLine(scalar) {
        lines.append(start..<(keepingEnds ? end : place))
        start = end
      }
      afterReturn = scalar == "\r" ? end : nil
      place = end
    }
    if start < byteCount { lines.append(start..<byteCount) }
    return lines
  }

  private static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Cuts at runs of white space, at most `limit` times; what is left over then keeps its spaces.
  func words(limit: Int = .max, fromEnd: Bool = false) -> [TemplateText] {
    wordPlaces(limit: limit, fromEnd: fromEnd).map { self[$0] }
  }

  /// Where the words stand that ``words(limit:fromEnd:)`` gives.
  func wordPlaces(limit: Int = .max, fromEnd: Bool = false) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start: Int?
    var place = 0
    for scalar in string.unicodeScalars {
      if scalar.isPythonSpace {
        if let from = start { ranges.append(from..<place) }
        start = nil
      } else if start == nil {
        start = place
      }
      place += UTF8.width(scalar)
    }
    if let from = start { ranges.append(from..<place) }
    if ranges.count > limit, limit < .max {
      let extra = ranges.count - limit
      if fromEnd {
        ranges.replaceSubrange(0..<extra, with: [0..<ranges[extra - 1].upperBound])
      } else {
        ranges.replaceSubrange(limit..., with: [ranges[limit].lowerBound..<byteCount])
      }
    }
    return ranges
  }

  /// Drops scalars of `set` (white space when nil) from the chosen ends.
  func stripped(of set: String? = nil, start: Bool = true, end: Bool = true) -> TemplateText {
    let dropped = set.map { Set($0.unicodeScalars) }
    func isDropped(_ scalar: Unicode.Scalar) -> Bool {
      dropped?.contains(scalar) ?? scalar.isPythonSpace
    }
    var (from, upTo) = (0, byteCount)
    if start {
      for scalar in string.unicodeScalars {
        guard isDropped(scalar) else { break }
        from += UTF8.width(scalar)
      }
    }
    if end {
      for scalar in string.unicodeScalars.reversed() {
        guard upTo > from, isDropped(scalar) else { break }
        upTo -= UTF8.width(scalar)
      }
    }
    return self[from..<upTo]
  }
}

extension Unicode.Scalar {
  /// Whether Python's `str.isspace` holds: Unicode's white space and four separators beside it.
  var isPythonSpace: Bool {
    switch value {
    case 0x20, 0x09...0x0D, 0x1C...0x1F: true
    case 0..<0x80: false
    default: properties.isWhitespace
    }
  }
}
