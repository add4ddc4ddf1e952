/// Python's operations on texts: on UTF-8 or on scalars, never on grapheme clusters.
enum TemplateText {
  /// Where `part` first begins in `bytes` from `start` on.
  static func firstPlace(of part: String, in bytes: [UInt8], from start: Int = 0) -> Int? {
    let part = Array(part.utf8)
    guard let first = part.first, bytes.count - start >= part.count else { return nil }
    for place in start...(bytes.count - part.count) where bytes[place] == first {
      if bytes[place..<place + part.count].elementsEqual(part) { return place }
    }
    return nil
  }

  /// Cuts at every `separator`, at most `limit` times; the separator must not be empty.
  static func split(_ text: String, at separator: String, limit: Int = .max) -> [String] {
    let bytes = Array(text.utf8)
    var parts: [String] = []
    var start = 0
    while parts.count < limit, let place = firstPlace(of: separator, in: bytes, from: start) {
      parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + separator.utf8.count
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }

  /// Cuts at runs of white space.
  static func words(_ text: String) -> [String] {
    text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map { String($0) }
  }

  /// Drops scalars of `set` (white space when nil) from the chosen ends.
  static func stripped(
    _ text: String, of set: String?, start: Bool = true, end: Bool = true
  ) -> String {
    let dropped = set.map { Set($0.unicodeScalars) }
    func isDropped(_ scalar: Unicode.Scalar) -> Bool {
      dropped?.contains(scalar) ?? scalar.properties.isWhitespace
    }
    var scalars = Substring.UnicodeScalarView(text.unicodeScalars[...])
    if start { scalars = Substring.UnicodeScalarView(scalars.drop(while: isDropped)) }
    while end, let last = scalars.last, isDropped(last) { scalars.removeLast() }
    return String(scalars)
  }

  static func startsWith(_ text: String, _ part: String) -> Bool {
    text.utf8.starts(with: part.utf8)
  }

  static func endsWith(_ text: String, _ part: String) -> Bool {
    text.utf8.reversed().starts(with: part.utf8.reversed())
  }

  /// Makes the first letter large and the rest small.
  static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst().lowercased()
  }
}
