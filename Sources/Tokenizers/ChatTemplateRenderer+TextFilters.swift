import Foundation

/// Filters that make a text of a value.
extension TemplateRenderer {
  /// Rounds to a number of decimals: half to the even digit as Python does, or up, or down.
  func rounded(
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

  func truncated(_ text: String, _ call: TemplateCall) throws(ChatTemplateError) -> String {
    let length = call.value(0, "length")?.wholeNumber ?? 255
    let end = try self.text(of: call.value(2, "end") ?? .string("..."))
    let leeway = call.value(3, "leeway")?.wholeNumber ?? 5
    let scalars = Array(text.unicodeScalars)
    let room = length - end.unicodeScalars.count
    guard room >= 0, leeway >= 0 else { throw wrongKind("`truncate`", "this length") }
    guard scalars.count - leeway > length else { return text }
    var kept = String(String.UnicodeScalarView(scalars.prefix(room)))
    let isExact = call.value(1, "killwords")?.isTrue ?? false
    if !isExact, let space = kept.lastIndex(of: " ") { kept = String(kept[..<space]) }
    return kept + end
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

  /// A text for an address, or pairs as a query.
  func urlEncoded(_ value: TemplateValue) throws(ChatTemplateError) -> String {
    var pairs: [(TemplateValue, TemplateValue)] = []
    switch value {
    case .map(let map): pairs = map.entries.map { ($0.key, $0.value) }
    case .list(let list):
      for item in list.items {
        let parts = try items(of: item, for: "`urlencode`")
        guard parts.count == 2 else { throw wrongKind("`urlencode`", "what are no pairs") }
        pairs.append((parts[0], parts[1]))
      }
    default: return TemplateText.urlQuoted(try text(of: value), keeping: "/")
    }
    var parts: [String] = []
    for (key, value) in pairs {
      let (key, value) = (try text(of: key), try text(of: value))
      parts.append(
        [key, value].map { TemplateText.urlQuoted($0, keeping: "").replacing("%20", with: "+") }
          .joined(separator: "="))
    }
    return parts.joined(separator: "&")
  }

  func attributes(_ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> String
  {
    guard case .map(let map) = value else { throw wrongKind("`xmlattr`", value.kind) }
    var parts: [String] = []
    for (key, value) in map.entries where value.isDefined && !value.isNone {
      let (key, value) = (try text(of: key), try text(of: value))
      parts.append("\(TemplateText.escaped(key))=\"\(TemplateText.escaped(value))\"")
    }
    let text = parts.joined(separator: " ")
    return !text.isEmpty && call.value(0, "autospace")?.isTrue != false ? " " + text : text
  }
}

extension TemplateText {
  static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "_"
      || scalar.properties.isAlphabetic && scalar.properties.generalCategory != .nonspacingMark
    {
      return true
    }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }

  /// Makes the first letter of each word large and the rest small, as Jinja's filter does: words
  /// begin after space, hyphens and opening brackets.
  static func title(_ text: String) -> String {
    var output = ""
    var isStart = true
    for scalar in text.unicodeScalars {
      let isBreak = scalar.properties.isWhitespace || "-({[<".unicodeScalars.contains(scalar)
      if isStart, !isBreak {
        output += scalar.properties.uppercaseMapping
      } else {
        output += scalar.properties.lowercaseMapping
      }
      isStart = isBreak
    }
    return output
  }

  /// Puts space on both sides up to a width; the odd one as Python does.
  static func centered(_ text: String, _ width: Int, with filling: String = " ") -> String {
    let missing = min(width, 10_000) - text.unicodeScalars.count
    guard missing > 0 else { return text }
    let left = missing / 2 + (missing & width & 1)
    return String(repeating: filling, count: left) + text
      + String(repeating: filling, count: missing - left)
  }

  static func escaped(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "'": output += "&#39;"
      case "\"": output += "&#34;"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }

  /// Drops what stands between `<` and `>`, and makes all space single.
  static func withoutTags(_ text: String) -> String {
    var output = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.first {
      if scalar == "<", let end = rest.firstIndex(of: ">") {
        rest = rest[rest.index(after: end)...]
      } else {
        output.append(scalar)
        rest.removeFirst()
      }
    }
    var words = words(String(output)).joined(separator: " ")
    for (name, sign) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\""),
      ("&amp;", "&"),
    ] { words = words.replacing(name, with: sign) }
    return words
  }

  /// Puts `part` before, between and after the scalars, at most `limit` times.
  static func spread(_ text: String, by part: String, limit: Int) -> String {
    var output = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count < limit {
        output += part
        count += 1
      }
      output.unicodeScalars.append(scalar)
    }
    return count < limit ? output + part : output
  }

  /// Writes all bytes but letters, digits, `_.-~` and those to keep as `%` and two digits.
  static func urlQuoted(_ text: String, keeping: String) -> String {
    let kept = Set(("_.-~" + keeping).utf8)
    var output: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      let isLetter = (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80
      if isLetter || (0x30...0x39).contains(byte) || kept.contains(byte) {
        output.append(byte)
      } else {
        output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
