import Foundation

/// Filters that make a number of a value, or show one.
extension TemplateRenderer {
  func numberFilter(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    if let text = value.text { try chargeScan(text) }
    switch name {
    case "round": return try rounded(value, call)
    case "int": return whole(value, call).map { .int($0) } ?? call.value(0, "default") ?? .int(0)
    case "float":
      let text = value.string.map { TemplateText($0).stripped().string }
      return (value.number ?? text.flatMap(Double.init)).map { .float($0) }
        ?? call.value(0, "default") ?? .float(0)
    default:
      guard let number = value.number else { throw wrongKind("`abs`", value.kind) }
      return number < 0 ? try negative(value) : value.wholeNumber.map { .int($0) } ?? value
    }
  }

  private func whole(_ value: TemplateValue, _ call: TemplateCall) -> Int? {
    if let whole = value.wholeNumber { return whole }
    let text = value.string.map { TemplateText($0).stripped().string.replacing("_", with: "") }
    if let base = call.value(1, "base")?.wholeNumber, base != 10, (2...36).contains(base), let text
    {
      let prefix = [16: "0x", 8: "0o", 2: "0b"][base] ?? ""
      let digits = text.lowercased().hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...]
      return Int(digits, radix: base)
    }
    guard let number = value.number ?? text.flatMap(Double.init) else { return nil }
    return text.flatMap { Int($0) } ?? Int(exactly: number.rounded(.towardZero))
  }

  /// Rounds to this many decimals, half of the last one to the even digit as Python does, up or down.
  private func rounded(
    _ value: TemplateValue, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let number = value.number else { throw wrongKind("`round`", value.kind) }
    let precision = call.value(0, "precision")?.wholeNumber ?? 0
    guard (-300...300).contains(precision) else {
      throw wrongKind("`round`", "\(precision) digits")
    }
    let scale = pow(10, Double(precision))
    switch call.value(1, "method")?.string ?? "common" {
    case "ceil": return .float((number * scale).rounded(.up) / scale)
    case "floor": return .float((number * scale).rounded(.down) / scale)
    case "common":
      if let whole = value.wholeNumber, precision >= 0 { return .int(whole) }
      guard number.isFinite else { return .float(number) }
      guard precision >= 0 else {
        let rounded = (number * scale).rounded(.toNearestOrEven) / scale
        return value.wholeNumber == nil ? .float(rounded) : .int(Int(exactly: rounded) ?? 0)
      }
      return .float(Double(TemplateFormat.fixed(number, precision)) ?? number)
    default: throw wrongKind("`round`", "this method")
    }
  }

  func fileSize(_ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> String {
    guard let bytes = value.number ?? value.string.flatMap(Double.init), bytes.isFinite else {
      throw wrongKind("`filesizeformat`", value.kind)
    }
    let isBinary = call.value(0, "binary")?.isTrue ?? false
    let base: Double = isBinary ? 1024 : 1000
    if bytes == 1 { return "1 Byte" }
    if bytes < base { return "\(Int(bytes)) Bytes" }
    var size = bytes / base
    let letters = Array("kMGTPEZY")
    var place = 0
    while size >= base, place + 1 < letters.count {
      size /= base
      place += 1
    }
    let letter = isBinary ? letters[place].uppercased() + "i" : String(letters[place])
    return TemplateFormat.fixed(size, 1) + " " + letter + "B"
  }
}
