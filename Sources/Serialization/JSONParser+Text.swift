extension JSONParser {
  /// Reads a text between quotes; the position stands on the first quote.
  mutating func text() throws(JSONError) -> String {
    let quote = position
    position += 1
    var start = position
    var unescaped: [UInt8] = []
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        defer { position += 1 }
        // The usual text has no escape and is taken in one piece.
        guard !unescaped.isEmpty else {
          return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        unescaped += bytes[start..<position]
        return String(decoding: unescaped, as: UTF8.self)
      case UInt8(ascii: "\\"):
        unescaped += bytes[start..<position]
        try escape(into: &unescaped)
        start = position
      case 0x00..<0x20: throw controlCharacterInText()
      case 0x20..<0x80: position += 1
      default:
        let width = Self.widthOfCharacter(in: bytes, at: position)
        guard width > 0 else { throw notUTF8() }
        position += width
      }
    }
    throw failure(
      "the text that begins here has no end", hint: "add the closing `\"`", at: quote)
  }

  private mutating func escape(into output: inout [UInt8]) throws(JSONError) {
    let start = position
    guard start + 1 < bytes.count else {
      throw failure("the text ends inside an escape", at: start)
    }
    position += 2
    switch bytes[start + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(bytes[start + 1])
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "u"): output += String(try scalar(from: start)).utf8
    default:
      position = start + 1
      throw failure(
        "`\\` followed by \(found) is no escape", hint: "for a backslash itself write `\\\\`",
        at: start)
    }
  }

  /// Reads the digits of `\uXXXX`, and of the second half when the first is a high surrogate.
  private mutating func scalar(from start: Int) throws(JSONError) -> Character {
    let unit = try fourDigits(of: start)
    var code = UInt32(unit)
    if UTF16.isLeadSurrogate(unit), bytes[position...].starts(with: [0x5C, 0x75]) {
      position += 2
      let second = try fourDigits(of: position - 2)
      guard UTF16.isTrailSurrogate(second) else { throw halfPair(unit, at: start) }
      code = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw halfPair(unit, at: start) }
    return Character(scalar)
  }

  private mutating func fourDigits(of escape: Int) throws(JSONError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw failure("`\\u` needs four hexadecimal digits, found \(found)", at: escape)
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }

  private func halfPair(_ unit: UInt16, at offset: Int) -> JSONError {
    failure(
      "`\\u\(String(unit, radix: 16))` is half of a surrogate pair without its other half",
      at: offset)
  }

  private func controlCharacterInText() -> JSONError {
    if bytes[position] == 0x0A || bytes[position] == 0x0D {
      return failure(
        "a line break inside a text",
        hint: "close the text with `\"`, or write the line break as `\\n`")
    }
    let escape = bytes[position] == 0x09 ? "\\t" : "\\u00" + Self.twoDigits(bytes[position])
    return failure("\(found) inside a text", hint: "write it as `\(escape)`")
  }

  /// The bytes that the UTF-8 character at `place` takes; 0 when it is malformed.
  ///
  /// Source: Unicode 16.0, table 3-7, well-formed UTF-8 byte sequences.
  static func widthOfCharacter(in bytes: [UInt8], at place: Int) -> Int {
    func isTail(_ distance: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      place + distance < bytes.count && range.contains(bytes[place + distance])
    }
    switch bytes[place] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return isTail(1) ? 2 : 0
    case 0xE0: return isTail(1, 0xA0...0xBF) && isTail(2) ? 3 : 0
    case 0xED: return isTail(1, 0x80...0x9F) && isTail(2) ? 3 : 0
    case 0xE1...0xEF: return isTail(1) && isTail(2) ? 3 : 0
    case 0xF0: return isTail(1, 0x90...0xBF) && isTail(2) && isTail(3) ? 4 : 0
    case 0xF1...0xF3: return isTail(1) && isTail(2) && isTail(3) ? 4 : 0
    case 0xF4: return isTail(1, 0x80...0x8F) && isTail(2) && isTail(3) ? 4 : 0
    default: return 0
    }
  }
}
