/// Escapes outside of classes, and those of single characters anywhere.
extension OnigurumaPattern {
  static let hexadecimal = "0-9A-Fa-f"
  /// What belongs to words; the raised digits and fractions of Latin-1 do there, though no others do.
  var word: String {
    #"\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE}"#
      + ["Alphabetic", "M", "Nd", "Pc"].map { known($0) }.joined()
  }
  /// White space, of which PCRE2 has one more character.
  var space: String {
    newer == nil
      ? #"\s"#
      : #"\t-\r \x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}"#
  }

  /// The characters with a property, as a class has them between its brackets.
  func known(_ property: String) -> String {
    "\\p{\(property)}" + (newer?.ranges(with: property) ?? "")
  }

  /// Reads an escape outside of a class.
  mutating func escape() throws(TokenizerError) {
    guard let letter = peek(1) else { throw refusal("a `\\` at the end") }
    let word = word
    switch letter {
    case "h": output += "[\(Self.hexadecimal)]"
    case "H": output += "[^\(Self.hexadecimal)]"
    case "w": output += "[\(word)]"
    case "W": output += "[^\(word)]"
    case "b": output += "(?:(?<=[\(word)])(?![\(word)])|(?<![\(word)])(?=[\(word)]))"
    case "B": output += "(?:(?<=[\(word)])(?=[\(word)])|(?<![\(word)])(?![\(word)]))"
    case "O": output += "(?s:.)"
    case "d": output += newer == nil ? #"\d"# : "[\(known("Nd"))]"
    case "D": output += newer == nil ? #"\D"# : "[^\(known("Nd"))]"
    case "s": output += newer == nil ? #"\s"# : "[\(space)]"
    case "S": output += newer == nil ? #"\S"# : "[^\(space)]"
    case "A", "z", "Z", "G", "R", "K", "N": output += "\\\(letter)"
    case "1"..."9":
      if let next = peek(2), ("0"..."9").contains(next) { throw refusal("`\\\(letter)\(next)`") }
      output += "\\\(letter)"
    case "p", "P":
      let found = try property(letter)
      if let name = found.name, newer == nil {
        output += (found.isNegated ? "\\P{" : "\\p{") + name + "}"
      } else {
        output += (found.isNegated ? "[^" : "[") + found.items + "]"
      }
      return
    default:
      output += try character(letter)
      return
    }
    place += 2
  }

  /// Reads an escape that is one character, in a class or outside.
  mutating func character(_ letter: Unicode.Scalar) throws(TokenizerError) -> String {
    switch letter {
    case "n", "t", "r", "f", "a", "e":
      place += 2
      return "\\\(letter)"
    case "v":
      place += 2
      return "\\x{B}"
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
