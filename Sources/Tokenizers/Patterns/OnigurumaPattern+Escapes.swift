/// Escapes outside of classes, and those of single characters anywhere.
extension OnigurumaPattern {
  static let hexadecimal = "0-9A-Fa-f"
  /// What belongs to words; the raised digits and fractions of Latin-1 do there, though no others do.
  static let word = #"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE}"#

  /// Reads an escape outside of a class.
  mutating func escape() throws(TokenizerError) {
    guard let letter = peek(1) else { throw refusal("a `\\` at the end") }
    let word = Self.word
    switch letter {
    case "h": output += "[\(Self.hexadecimal)]"
    case "H": output += "[^\(Self.hexadecimal)]"
    case "w": output += "[\(word)]"
    case "W": output += "[^\(word)]"
    case "b": output += "(?:(?<=[\(word)])(?![\(word)])|(?<![\(word)])(?=[\(word)]))"
    case "B": output += "(?:(?<=[\(word)])(?=[\(word)])|(?<![\(word)])(?![\(word)]))"
    case "O": output += "(?s:.)"
    case "A", "z", "Z", "G", "R", "K", "N", "d", "D", "s", "S": output += "\\\(letter)"
    case "1"..."9":
      if let next = peek(2), ("0"..."9").contains(next) { throw refusal("`\\\(letter)\(next)`") }
      output += "\\\(letter)"
    default:
      output += try commonEscape(letter)
      return
    }
    place += 2
  }

  /// Reads an escape that is one character or a property, in a class or outside.
  mutating func commonEscape(
    _ letter: Unicode.Scalar, isInClass: Bool = false
  ) throws(TokenizerError) -> String {
    switch letter {
    case "n", "t", "r", "f", "a", "e":
      place += 2
      return "\\\(letter)"
    case "v":
      place += 2
      return "\\x{B}"
    case "p", "P": return try property(letter, isInClass: isInClass)
    case "x", "u": return try number(letter)
    default:
      guard letter.value < 0x80, !letter.properties.isAlphabetic, !("0"..."9").contains(letter)
      else { throw refusal("`\\\(letter)`") }
      place += 2
      return "\\\(letter)"
    }
  }

  /// Reads `\x41`, `\x{41}` or `\u0041`.
  mutating func number(_ letter: Unicode.Scalar) throws(TokenizerError) -> String {
    var end = place + 2
    let isBraced = letter == "x" && peek(2) == "{"
    if isBraced { end += 1 }
    let limit = isBraced ? 8 : letter == "x" ? 2 : 4
    var digits = ""
    while end < source.count, digits.count < limit, source[end].properties.isASCIIHexDigit {
      digits.unicodeScalars.append(source[end])
      end += 1
    }
    let isClosed = !isBraced || end < source.count && source[end] == "}"
    // Two digits of 80 and more are a byte of UTF-8, not a character.
    guard isClosed, let value = UInt32(digits, radix: 16), Unicode.Scalar(value) != nil,
      isBraced || letter == "u" && digits.count == 4 || letter == "x" && value < 0x80
    else { throw refusal("`\\\(letter)\(digits)`") }
    place = isBraced ? end + 1 : end
    return "\\x{\(digits)}"
  }
}
