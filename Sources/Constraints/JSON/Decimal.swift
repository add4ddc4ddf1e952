import Serialization

/// A number as it is written out, without an exponent.
struct Decimal: Hashable {
  var isNegative = false
  /// The digits before the point, without zeros in front.
  var whole: [UInt8] = []
  /// The digits after it, without zeros at the end.
  var fraction: [UInt8] = []

  static let zero = Decimal()

  /// The number of a value; nil for values that are none.
  init?(_ value: JSONValue) {
    let text: String
    switch value {
    case .integer(let integer): text = String(integer)
    case .number(let number): text = number.description
    default: return nil
    }
    let parts = text.split(separator: "e")
    let mantissa = parts[0].drop { $0 == "-" }.split(
      separator: ".", omittingEmptySubsequences: false)
    var digits = mantissa.joined().utf8.map { $0 - 0x30 }
    var point = mantissa[0].utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    if point < 0 { (digits, point) = ([UInt8](repeating: 0, count: -point) + digits, 0) }
    if point > digits.count { digits += [UInt8](repeating: 0, count: point - digits.count) }
    whole = Array(digits[..<point].drop { $0 == 0 })
    fraction = Array(digits[point...])
    while fraction.last == 0 { fraction.removeLast() }
    isNegative = text.hasPrefix("-") && !isZero
  }

  private init() {}

  var isZero: Bool { whole.isEmpty && fraction.isEmpty }

  /// The same without its sign.
  var magnitude: Decimal {
    var copy = self
    copy.isNegative = false
    return copy
  }
}

extension Decimal: Comparable {
  static func < (a: Decimal, b: Decimal) -> Bool {
    guard a.isNegative == b.isNegative else { return a.isNegative }
    let (low, high) = a.isNegative ? (b, a) : (a, b)
    guard low.whole.count == high.whole.count else { return low.whole.count < high.whole.count }
    return (low.whole + low.fraction).lexicographicallyPrecedes(high.whole + high.fraction)
  }
}
