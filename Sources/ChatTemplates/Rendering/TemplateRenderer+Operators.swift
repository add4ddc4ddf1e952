import Foundation

/// Operators, by Python's rules.
extension TemplateRenderer {
  func binary(
    _ sign: TemplateOperator, _ left: TemplateExpression, _ right: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateValue {
    let a = try evaluate(left)
    if sign == .and { return a.isTrue ? try evaluate(right) : a }
    if sign == .or { return a.isTrue ? a : try evaluate(right) }
    return try binary(sign, a, evaluate(right))
  }

  func binary(
    _ sign: TemplateOperator, _ a: TemplateValue, _ b: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    if sign != .join {
      if case .undefined(let name) = a { throw undefined(name) }
      if case .undefined(let name) = b { throw undefined(name) }
    }
    switch (sign, a, b) {
    case (.join, _, _):
      // Without escaping everywhere, this makes a plain text even of HTML.
      return .string(try joined(text(of: a).plain, text(of: b).plain))
    case (.plus, .string(let x), .string(let y)): return .string(try joined(x, y))
    case (.plus, .list(let x), .list(let y)):
      guard x.form == .list && y.form == .list || x.form.isTuple && y.form.isTuple else {
        throw wrongKind("`+`", "two lists of different kinds")
      }
      return try list(x.items + y.items, as: x.form.isTuple ? .tuple : .list)
    case (.remainder, .string(let text), _): return .string(try printed(text, b))
    case (.times, .list(let x), _) where b.wholeNumber != nil: return try repeated(x, b.wholeNumber)
    case (.times, _, .list(let x)) where a.wholeNumber != nil: return try repeated(x, a.wholeNumber)
    case (.times, .string(let text), _), (.times, _, .string(let text)):
      return try repeated(text, a.wholeNumber ?? b.wholeNumber)
    default: return try arithmetic(sign, a, b)
    }
  }

  private func joined(
    _ a: TemplateText, _ b: TemplateText
  ) throws(ChatTemplateError) -> TemplateText {
    try chargeText(a.byteCount + b.byteCount, copied: a.weight + b.weight)
    return a.joined(b)
  }

  private func repeated(
    _ text: TemplateText, _ times: Int?
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let times else { throw wrongKind("`*`", "a text and no whole number") }
    let (count, overflow) = text.byteCount.multipliedReportingOverflow(by: max(0, times))
    try chargeText(overflow ? .max : count, copied: count)
    try charge(text.runs.count * (text.isEmpty ? 0 : max(0, times)))
    return .string(text.repeated(times))
  }

  private func repeated(
    _ list: TemplateList, _ times: Int?
  ) throws(ChatTemplateError) -> TemplateValue {
    let times = max(0, times ?? 0)
    let (count, overflow) = list.items.count.multipliedReportingOverflow(by: times)
    guard !overflow, count <= 100_000 else { throw limit("100,000 items of a list") }
    return try self.list(
      (0..<(list.items.isEmpty ? 0 : times)).flatMap { _ in list.items },
      as: list.form.isTuple ? .tuple : .list)
  }

  private func arithmetic(
    _ sign: TemplateOperator, _ a: TemplateValue, _ b: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let x = a.number, let y = b.number else {
      throw wrongKind("`\(sign.rawValue)`", "\(a.kind) and \(b.kind)")
    }
    if let whole = try wholeArithmetic(sign, a.wholeNumber, b.wholeNumber) { return .int(whole) }
    guard y != 0 || ![.divide, .divideWhole, .remainder].contains(sign) else {
      throw wrongKind("`\(sign.rawValue)`", "0")
    }
    switch sign {
    case .plus: return .float(x + y)
    case .minus: return .float(x - y)
    case .times: return .float(x * y)
    case .divide: return .float(x / y)
    case .divideWhole: return .float((x / y).rounded(.down))
    case .remainder: return .float(x - y * (x / y).rounded(.down))
    case .power:
      let power = pow(x, y)
      guard power.isFinite || !x.isFinite || !y.isFinite else {
        throw wrongKind("`**`", "\(x) and \(y)")
      }
      return .float(power)
    case .join, .and, .or: throw unsupported("operator", sign.rawValue)
    }
  }

  /// The result on two whole numbers; nil when it is none, or when one of them is not.
  private func wholeArithmetic(
    _ sign: TemplateOperator, _ a: Int?, _ b: Int?
  ) throws(ChatTemplateError) -> Int? {
    guard let a, let b else { return nil }
    let result: (partialValue: Int, overflow: Bool)
    switch sign {
    case .plus: result = a.addingReportingOverflow(b)
    case .minus: result = a.subtractingReportingOverflow(b)
    case .times: result = a.multipliedReportingOverflow(by: b)
    case .power:
      guard b >= 0 else { return nil }
      return try power(a, b)
    case .divideWhole, .remainder:
      let (quotient, overflow) = a.dividedReportingOverflow(by: b)
      guard !overflow else { throw wrongKind("`\(sign.rawValue)`", "\(a) and \(b)") }
      let rest = a - quotient * b
      let isShort = rest != 0 && (rest < 0) != (b < 0)
      return sign == .remainder ? (isShort ? rest + b : rest) : (isShort ? quotient - 1 : quotient)
    default: return nil
    }
    guard !result.overflow else { throw limit("64-bit numbers") }
    return result.partialValue
  }

  private func power(_ base: Int, _ exponent: Int) throws(ChatTemplateError) -> Int {
    if exponent == 0 || base == 1 { return 1 }
    if base == 0 { return 0 }
    if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
    var power = 1
    for _ in 0..<min(exponent, 64) {
      let (product, overflow) = power.multipliedReportingOverflow(by: base)
      guard !overflow else { throw limit("64-bit numbers") }
      power = product
    }
    guard exponent <= 64 else { throw limit("64-bit numbers") }
    return power
  }

  func negative(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    if let whole = value.wholeNumber, whole != .min { return .int(-whole) }
    guard let number = value.number else { throw wrongKind("`-`", value.kind) }
    return .float(-number)
  }
}
