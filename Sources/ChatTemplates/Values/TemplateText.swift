/// Python's operations on texts: on UTF-8 or on scalars, never on grapheme clusters.
enum TemplateText {
  /// Where `part` first begins in `bytes` from `start` on; in time linear in both.
  ///
  /// Source: Knuth, Morris and Pratt 1977, "Fast pattern matching in strings".
  static func firstPlace(of part: String, in bytes: [UInt8], from start: Int = 0) -> Int? {
    firstPlace(of: Array(part.utf8), borders(of: Array(part.utf8)), in: bytes, from: start)
  }

  private static func firstPlace(
    of part: [UInt8], _ borders: [Int], in bytes: [UInt8], from start: Int
  ) -> Int? {
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

  /// Cuts at every `separator`, at most `limit` times; the separator must not be empty.
  static func split(_ text: String, at separator: String, limit: Int = .max) -> [String] {
    let bytes = Array(text.utf8)
    let separator = Array(separator.utf8)
    let borders = borders(of: separator)
    var parts: [String] = []
    var start = 0
    while parts.count < limit,
      let place = firstPlace(of: separator, borders, in: bytes, from: start)
    {
      parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + separator.count
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }

  /// Cuts at line ends, as Python's `splitlines`; a last end makes no last line.
  static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      if isAfterReturn, scalar == "\n" {
        isAfterReturn = false
        continue
      }
      isAfterReturn = scalar == "\r"
      switch scalar.value {
      case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029:
        lines.append(String(line))
        line = String.UnicodeScalarView()
      default: line.append(scalar)
      }
    }
    if !line.isEmpty { lines.append(String(line)) }
    return lines
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
    var scalars = Array(text.unicodeScalars)[...]
    if start { scalars = scalars.drop(while: isDropped) }
    while end, let last = scalars.last, isDropped(last) { scalars.removeLast() }
    var output = String.UnicodeScalarView()
    output.append(contentsOf: scalars)
    return String(output)
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
