import Reporting

extension Lexer {
  /// Reads digits, a fraction, an exponent and a unit.
  mutating func readNumber() -> Token.Kind? {
    let start = position
    skipDigits()
    var isInteger = true
    // `1..5` is a range, so a point counts only before a digit.
    if peek() == UInt8(ascii: "."), let next = peek(1), Self.isDigit(next) {
      position += 1
      skipDigits()
      isInteger = false
    }
    if let length = exponentLength() {
      position += length
      skipDigits()
      isInteger = false
    }
    let digits = file.text(of: SourceSpan(start, position))
    let unitStart = position
    if peek() == UInt8(ascii: "%") {
      position += 1
    } else {
      while let byte = peek(), Self.isWordStart(byte) || Self.isDigit(byte) { position += 1 }
    }
    let written = file.text(of: SourceSpan(unitStart, position))
    let unit = NumberLiteral.Unit(rawValue: written)
    guard let value = Double(digits), (value * (unit?.factor ?? 1)).isFinite else {
      report(.unreadableNumber, "the number is too large.", from: start)
      return .number(NumberLiteral(written: 0, unit: nil, isInteger: false))
    }
    if unit == nil, !written.isEmpty { reportUnit(written, after: digits, from: start) }
    return .number(NumberLiteral(written: value, unit: unit, isInteger: isInteger && unit == nil))
  }

  private mutating func reportUnit(_ written: String, after digits: String, from start: Int) {
    let units = NumberLiteral.Unit.allCases.map(\.rawValue)
    let nearest =
      units.first { $0.lowercased() == written.lowercased() }
      ?? [
        "sec": "s", "secs": "s", "seconds": "s", "second": "s", "mins": "min", "minutes": "min",
        "minute": "min", "m": "min", "hours": "h", "hour": "h", "hr": "h", "K": "k", "G": "GB",
      ][written]
    let label = "units are " + Suggestion.list(units)
    report(
      .unreadableNumber, "`\(written)` is no unit of a number.", from: start, label: label,
      hints: nearest.map { [.type(digits + $0)] } ?? [])
  }

  private mutating func skipDigits() {
    while let byte = peek(), Self.isDigit(byte) { position += 1 }
  }

  /// The length of `e`, an optional sign, when a digit follows.
  private func exponentLength() -> Int? {
    guard peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") else { return nil }
    let hasSign = peek(1) == UInt8(ascii: "-") || peek(1) == UInt8(ascii: "+")
    let length = hasSign ? 2 : 1
    guard let next = peek(length), Self.isDigit(next) else { return nil }
    return length
  }
}
