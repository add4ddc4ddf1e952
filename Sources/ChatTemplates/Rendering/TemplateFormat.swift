import Foundation

/// How a value is to be written: flags, width, precision and kind.
struct TemplateFormat {
  var name: String?
  private var flags: Set<Unicode.Scalar> = []
  private var filling: Unicode.Scalar = " "
  private var alignment: Unicode.Scalar?
  private var width = 0
  private(set) var precision: Int?
  private(set) var kind = ""
  /// Whether it was read after a `%`, which puts texts to the right.
  private var isOldStyle = false

  /// Reads what follows a `%`.
  init?(percent rest: inout Substring.UnicodeScalarView) {
    if rest.first == "(" {
      guard let end = rest.firstIndex(of: ")") else { return nil }
      name = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
    }
    while let flag = rest.first, "-+ #0".unicodeScalars.contains(flag) {
      flags.insert(flag)
      rest.removeFirst()
    }
    width = Self.number(&rest) ?? 0
    if rest.first == "." {
      rest.removeFirst()
      precision = Self.number(&rest) ?? 0
    }
    guard let letter = rest.popFirst(), "diouxXeEfFgGcrsa%".unicodeScalars.contains(letter),
      width <= 10_000, precision ?? 0 <= 1000
    else { return nil }
    kind = String(letter)
    isOldStyle = true
    if flags.contains("-") { alignment = "<" }
  }

  /// Reads what follows the `:` of a field.
  init?(spec: String) {
    var rest = spec.unicodeScalars[...]
    let signs = "<>^=".unicodeScalars
    if let second = rest.dropFirst().first, signs.contains(second), let first = rest.first {
      (filling, alignment) = (first, second)
      rest = rest.dropFirst(2)
    } else if let first = rest.first, signs.contains(first) {
      alignment = first
      rest.removeFirst()
    }
    while let flag = rest.first, "-+ #0,".unicodeScalars.contains(flag) {
      flags.insert(flag)
      rest.removeFirst()
    }
    width = Self.number(&rest) ?? 0
    if rest.first == "," {
      flags.insert(",")
      rest.removeFirst()
    }
    if rest.first == "." {
      rest.removeFirst()
      precision = Self.number(&rest) ?? 0
    }
    kind = String(rest)
    flags.remove("-")
    guard
      ["", "s", "d", "b", "x", "X", "o", "e", "E", "f", "F", "g", "G", "%", "c"].contains(kind),
      width <= 10_000, precision ?? 0 <= 1000
    else { return nil }
  }

  private static func number(_ rest: inout Substring.UnicodeScalarView) -> Int? {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest = rest.dropFirst(digits.count)
    return Int(String(digits))
  }

  /// Whether thousands are marked.
  var isGrouped: Bool { flags.contains(",") }

  func whole(_ value: Int) -> String {
    var digits: String
    switch kind {
    case "x": digits = (flags.contains("#") ? "0x" : "") + String(value.magnitude, radix: 16)
    case "X":
      digits =
        (flags.contains("#") ? "0X" : "") + String(value.magnitude, radix: 16, uppercase: true)
    case "b": digits = (flags.contains("#") ? "0b" : "") + String(value.magnitude, radix: 2)
    case "o": digits = (flags.contains("#") ? "0o" : "") + String(value.magnitude, radix: 8)
    default: digits = String(value.magnitude)
    }
    if flags.contains(",") { digits = Self.grouped(digits) }
    if let precision, kind != "" {
      digits = String(repeating: "0", count: max(0, precision - digits.count)) + digits
    }
    return sign(value < 0) + digits
  }

  func real(_ value: Double) -> String {
    guard value.isFinite else { return sign(value < 0) + (value.isNaN ? "nan" : "inf") }
    let magnitude = value.magnitude
    let letter = kind.isEmpty ? "g" : kind == "%" ? "f" : kind
    let number = kind == "%" ? magnitude * 100 : magnitude
    var digits = String(format: "%.\(precision ?? 6)\(letter)", number)
    if flags.contains(",") {
      let end = digits.firstIndex { !$0.isNumber } ?? digits.endIndex
      digits = Self.grouped(String(digits[..<end])) + digits[end...]
    }
    return sign(value.sign == .minus) + digits + (kind == "%" ? "%" : "")
  }

  private func sign(_ isNegative: Bool) -> String {
    isNegative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
  }

  private static func grouped(_ digits: String) -> String {
    var output = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { output.append(",") }
      output.append(digit)
    }
    return output
  }

  /// Fills up to the width.
  func padded(_ text: TemplateText, isNumber: Bool) -> TemplateText {
    let missing = width - text.scalarCount
    guard missing > 0 else { return text }
    if isNumber, flags.contains("0"), alignment == nil || alignment == "=" {
      let sign = text.string.first.map { "+- ".contains($0) } ?? false ? 1 : 0
      return text[0..<sign] + TemplateText(String(repeating: "0", count: missing))
        + text[sign..<text.byteCount]
    }
    func space(_ count: Int) -> TemplateText {
      TemplateText(String(repeating: String(filling), count: count))
    }
    switch alignment ?? (isNumber || isOldStyle ? ">" : "<") {
    case "<": return text + space(missing)
    case "^": return space(missing / 2) + text + space(missing - missing / 2)
    default: return space(missing) + text
    }
  }

  /// A number with this many decimals, half of the last one as the exact value has it.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
