extension UInt8 {
  /// Whether this byte goes on with a character of UTF-8 that began before it.
  var continuesCharacter: Bool { self & 0xC0 == 0x80 }
}

extension [UInt8] {
  /// The character that begins at `place` of valid UTF-8, and how many bytes it has.
  ///
  /// A character that the array cuts short is U+FFFD of one byte, so that a loop always ends.
  func scalar(at place: Int) -> (scalar: Unicode.Scalar, width: Int) {
    let lead = self[place]
    if lead < 0x80 { return (Unicode.Scalar(lead), 1) }
    let width = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard lead >= 0xC2, lead < 0xF5, place + width <= count else { return ("\u{FFFD}", 1) }
    var value = UInt32(lead) & (0x7F >> UInt32(width))
    for offset in 1..<width { value = value << 6 | UInt32(self[place + offset] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", width)
  }

  /// Calls `body` with every character in `range` of valid UTF-8, and where it stands.
  func forEachScalar(in range: Range<Int>, _ body: (Unicode.Scalar, Range<Int>) -> Void) {
    var place = range.lowerBound
    while place < range.upperBound {
      let (scalar, width) = scalar(at: place)
      body(scalar, place..<place + width)
      place += width
    }
  }

  /// The number of characters in `range` of valid UTF-8.
  func scalarCount(in range: Range<Int>) -> Int {
    self[range].count { !$0.continuesCharacter }
  }

  /// Appends a character.
  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
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
