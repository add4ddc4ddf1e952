import Foundation

/// Python's `%` on texts, and its `format`.
extension TemplateRenderer {
  /// What `text % value` gives: a tuple has the values in turn, a map those with names.
  func printed(_ text: String, _ value: TemplateValue) throws(ChatTemplateError) -> String {
    var call = TemplateCall(plain: [value])
    if case .list(let list) = value, list.form.isTuple { call.plain = list.items }
    if case .map(let map) = value {
      for (key, value) in map.entries { call.named[key.string ?? ""] = value }
    }
    return try printed(text, call)
  }

  /// What `text|format(…)` gives.
  func printed(_ text: String, _ call: TemplateCall) throws(ChatTemplateError) -> String {
    var output = ""
    var next = 0
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        output.unicodeScalars.append(scalar)
        continue
      }
      guard let field = TemplateFormat(percent: &rest) else {
        throw wrongKind("`format`", "the text after a `%`")
      }
      if field.kind == "%" {
        output += "%"
        continue
      }
      var value: TemplateValue?
      if let name = field.name {
        value = call.named[name]
      } else if next < call.plain.count {
        value = call.plain[next]
        next += 1
      }
      guard let value else { throw wrongKind("`format`", "too few values") }
      output += try written(value, field)
      try chargeText(output.utf8.count, copied: 16)
    }
    guard next == call.plain.count || next == 0 && !call.named.entries.isEmpty else {
      throw wrongKind("`format`", "more values than places")
    }
    return output
  }

  /// What `text.format(…)` gives.
  func formatted(_ text: String, _ call: TemplateCall) throws(ChatTemplateError) -> String {
    var output = ""
    var next = 0
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "{" || scalar == "}", rest.first == scalar {
        rest.removeFirst()
        output.unicodeScalars.append(scalar)
        continue
      }
      guard scalar != "}" else { throw wrongKind("`format`", "a single `}`") }
      guard scalar == "{" else {
        output.unicodeScalars.append(scalar)
        continue
      }
      guard let end = rest.firstIndex(of: "}") else { throw wrongKind("`format`", "a single `{`") }
      let parts = String(rest[..<end]).split(
        separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      rest = rest[rest.index(after: end)...]
      let name = String(parts.first ?? "")
      var value: TemplateValue?
      if let place = name.isEmpty ? next : Int(name) {
        value = call.plain.indices.contains(place) ? call.plain[place] : nil
        if name.isEmpty { next += 1 }
      } else {
        value = call.named[name]
      }
      guard let value, let field = TemplateFormat(spec: parts.count > 1 ? String(parts[1]) : "")
      else { throw wrongKind("`format`", "the field `\(name.prefix(40))`") }
      output += try written(value, field)
      try chargeText(output.utf8.count, copied: 16)
    }
    return output
  }

  private func written(
    _ value: TemplateValue, _ field: TemplateFormat
  ) throws(ChatTemplateError) -> String {
    switch field.kind {
    case "s", "":
      if field.kind.isEmpty, value.number != nil, value.string == nil, field.precision != nil {
        return field.padded(try number(value, field), isNumber: true)
      }
      if field.isGrouped, let whole = value.wholeNumber {
        return field.padded(field.whole(whole), isNumber: true)
      }
      var text = try text(of: value)
      if let precision = field.precision {
        text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision)))
      }
      return field.padded(text, isNumber: field.kind.isEmpty && value.number != nil)
    case "r", "a": return field.padded(try representation(of: value), isNumber: false)
    case "c":
      let scalar = value.wholeNumber.flatMap { UInt32(exactly: $0) }.flatMap(Unicode.Scalar.init)
      return field.padded(value.string ?? scalar.map { String($0) } ?? "", isNumber: false)
    default: return field.padded(try number(value, field), isNumber: true)
    }
  }

  private func number(
    _ value: TemplateValue, _ field: TemplateFormat
  ) throws(ChatTemplateError) -> String {
    guard let number = value.number else { throw wrongKind("`%\(field.kind)`", value.kind) }
    switch field.kind {
    case "d", "i", "u", "x", "X", "o":
      guard let whole = value.wholeNumber ?? Int(exactly: number.rounded(.towardZero)) else {
        throw wrongKind("`%\(field.kind)`", value.kind)
      }
      return field.whole(whole)
    default: return field.real(number)
    }
  }
}

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
    guard ["", "s", "d", "x", "X", "o", "e", "E", "f", "F", "g", "G", "%", "c"].contains(kind),
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
  func padded(_ text: String, isNumber: Bool) -> String {
    let missing = width - text.unicodeScalars.count
    guard missing > 0 else { return text }
    if isNumber, flags.contains("0"), alignment == nil || alignment == "=" {
      let sign = text.prefix { "+- ".contains($0) }
      return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }
    let space = String(repeating: String(filling), count: missing)
    switch alignment ?? (isNumber || isOldStyle ? ">" : "<") {
    case "<": return text + space
    case "^":
      let left = missing / 2
      return String(space.prefix(left)) + text + String(space.prefix(missing - left))
    default: return space + text
    }
  }

  /// A number with `decimals` places; a half is rounded as the exact value asks for.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
