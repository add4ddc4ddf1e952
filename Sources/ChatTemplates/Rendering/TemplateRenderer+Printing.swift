/// Values as text, as Python prints them.
extension TemplateRenderer {
  /// What `{{ value }}` writes.
  func text(of value: TemplateValue) throws(ChatTemplateError) -> TemplateText {
    switch value {
    case .undefined: return ""
    case .string(let text): return text
    default: return try representation(of: value)
    }
  }

  /// What Python's `repr` gives; what belongs to no text of its own belongs to `node`.
  func representation(
    of value: TemplateValue, beside node: Int? = nil
  ) throws(ChatTemplateError) -> TemplateText {
    try deeper { () throws(ChatTemplateError) in
      switch value {
      case .undefined: return "Undefined"
      case .none: return TemplateText("None", beside: node)
      case .bool(let value): return TemplateText(value ? "True" : "False", beside: node)
      case .int(let value): return TemplateText(String(value), beside: node)
      case .float(let value): return TemplateText(TemplateNumber.text(value), beside: node)
      case .string(let text):
        try chargeScan(text)
        return Self.quoted(text)
      case .list(let list):
        var parts: [TemplateText] = []
        for item in list.items {
          parts.append(try representation(of: item, beside: list.node ?? node))
        }
        let node = list.node ?? node
        switch list.form {
        case .list: return try enclosed("[", parts, "]", node)
        case .tuple, .group: return try enclosed("(", parts, parts.count == 1 ? ",)" : ")", node)
        case .view(let name): return try enclosed(name + "([", parts, "])", node)
        case .range(let text): return TemplateText(text)
        case .generator: throw wrongKind("printing", "what is gone through once")
        }
      case .map(let map):
        var parts: [TemplateText] = []
        for (key, value) in map.entries {
          markRead(key, value)
          let owner = key.text?.runs.first?.node
          parts.append(
            try representation(of: key) + TemplateText(": ", beside: owner)
              + representation(of: value, beside: owner))
        }
        return try enclosed("{", parts, "}", map.node)
      case .namespace, .macro, .function, .method, .loop, .turner:
        throw wrongKind("printing", value.kind)
      }
    }
  }

  private func enclosed(
    _ start: String, _ parts: [TemplateText], _ end: String, _ node: Int?
  ) throws(ChatTemplateError) -> TemplateText {
    let text =
      TemplateText(start, beside: node) + parts.joined(by: TemplateText(", ", beside: node))
      + TemplateText(end, beside: node)
    try chargeText(text.byteCount, copied: text.weight)
    return text
  }

  /// A text in quotes, as Python writes one.
  private static func quoted(_ text: TemplateText) -> TemplateText {
    let quote: Unicode.Scalar =
      text.string.contains("'") && !text.string.contains("\"") ? "\"" : "'"
    let inside = text.mapped { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      case "'" where quote == "'": "\\'"
      default: scalar.isPrintable ? nil : escape(scalar)
      }
    }
    let sign = TemplateText(String(quote), beside: text.runs.first?.node)
    return sign + inside + sign
  }

  /// Python's escape of a scalar that has no picture.
  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (letter, width) =
      scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
    return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
  }
}

extension Unicode.Scalar {
  /// Whether Python's `repr` shows it as it is.
  var isPrintable: Bool {
    switch value {
    case 0x20..<0x7F: return true
    case 0..<0xA1: return false
    default: break
    }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      return false
    case .spaceSeparator: return self == " "
    default: return true
    }
  }
}

/// Numbers as Python writes them.
enum TemplateNumber {
  /// A number with the fewest digits that mean it, and an exponent below 1e-4 and from 1e16 on.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    let shown = value.magnitude.description.lowercased()
    let sign = value.sign == .minus ? "-" : ""
    let halves = shown.split(separator: "e")
    let mantissa = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(mantissa[0])
    var fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
    if fraction == "0" { fraction = "" }
    // The digits without leading zeros, and where the point stands before them.
    var digits = Array((whole + fraction).utf8)
    var point = whole.utf8.count + (halves.count > 1 ? Int(halves[1]) ?? 0 : 0)
    while digits.count > 1, digits.first == UInt8(ascii: "0") {
      digits.removeFirst()
      point -= 1
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let text = String(decoding: digits, as: UTF8.self)
    if text == "0" { return sign + "0.0" }
    if point > 16 || point < -3 {
      let exponent = point - 1
      let size = String(exponent.magnitude)
      return sign + text.prefix(1) + (text.utf8.count > 1 ? "." + text.dropFirst() : "") + "e"
        + (exponent < 0 ? "-" : "+") + (size.utf8.count < 2 ? "0" : "") + size
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + text }
    if point >= text.utf8.count {
      return sign + text + String(repeating: "0", count: point - text.utf8.count) + ".0"
    }
    return sign + text.prefix(point) + "." + text.dropFirst(point)
  }
}
