extension JSONParser {
  /// Reads a number; the position stands on `-` or a digit.
  mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    let isNegative = take(UInt8(ascii: "-"))
    let first = position
    var magnitude: UInt64 = 0
    var isWhole = try wholePart(&magnitude)
    guard first + 1 >= position || bytes[first] != UInt8(ascii: "0") else {
      throw failure("a number with a needless 0 in front", hint: "leave out the 0", at: start)
    }
    if take(UInt8(ascii: ".")) {
      isWhole = false
      try digits(after: "the decimal point")
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits(after: "the exponent's `e`")
    }
    if isWhole, let value = Self.integer(magnitude, isNegative: isNegative) {
      return .integer(value)
    }
    return .number(try double(from: start))
  }

  /// Reads digits into `magnitude`; returns whether they fitted.
  private mutating func wholePart(_ magnitude: inout UInt64) throws(JSONError) -> Bool {
    guard let byte = current, Self.isDigit(byte) else {
      let isName = current == UInt8(ascii: "I") || current == UInt8(ascii: "N")
      throw failure(
        "after `-` I expected a digit but found \(found)",
        hint: isName ? "JSON has no NaN and no infinity; write `null` or a number" : nil)
    }
    var fits = true
    while let byte = current, Self.isDigit(byte) {
      let (tenfold, tooLarge) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, stillTooLarge) = tenfold.addingReportingOverflow(UInt64(byte - 0x30))
      fits = fits && !tooLarge && !stillTooLarge
      magnitude = sum
      position += 1
    }
    return fits
  }

  private mutating func digits(after part: String) throws(JSONError) {
    let start = position
    while let byte = current, Self.isDigit(byte) { position += 1 }
    guard position > start else {
      throw failure("after \(part) I expected a digit but found \(found)")
    }
  }

  private func double(from start: Int) throws(JSONError) -> Double {
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw failure(
        "the number \(Self.shown(text)) is beyond a 64-bit float (about 1.8e308)", at: start)
    }
    return value
  }

  /// The number, when it fits; minus zero does not, for its sign would be lost.
  private static func integer(_ magnitude: UInt64, isNegative: Bool) -> Int? {
    guard isNegative else { return Int(exactly: magnitude) }
    if magnitude == Int.min.magnitude { return Int.min }
    return magnitude == 0 ? nil : Int(exactly: magnitude).map { -$0 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
