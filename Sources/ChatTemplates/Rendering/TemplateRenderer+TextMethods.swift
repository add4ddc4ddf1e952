/// Python's methods of texts.
extension TemplateRenderer {
  func textMethod(
    _ name: String, _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch name {
    case "strip": return .string(text.stripped(of: try optional(call, name)?.string))
    case "lstrip": return .string(text.stripped(of: try optional(call, name)?.string, end: false))
    case "rstrip": return .string(text.stripped(of: try optional(call, name)?.string, start: false))
    case "split", "rsplit": return try split(name, text, call)
    case "splitlines":
      let keepsEnds = call.value(0, "keepends")?.isTrue ?? false
      return try list(text.linePlaces(keepingEnds: keepsEnds), of: text)
    case "startswith": return .bool(try any(call, name, text) { $0.hasPrefix($1) })
    case "endswith": return .bool(try any(call, name, text) { $0.hasSuffix($1) })
    case "join": return try join(call, by: text)
    case "replace", "upper", "lower", "capitalize": return try filter(.string(text), name, call)
    case "removeprefix":
      let part = try needed(call, name)
      return .string(text.hasPrefix(part) ? text[part.byteCount..<text.byteCount] : text)
    case "removesuffix":
      let part = try needed(call, name)
      return .string(text.hasSuffix(part) ? text[0..<text.byteCount - part.byteCount] : text)
    case "find", "rfind", "index", "rindex", "count": return try search(name, text, call)
    case "partition", "rpartition": return try partition(name, text, call)
    case "zfill", "ljust", "rjust", "center": return .string(try filled(name, text, call))
    default: return try rareTextMethod(name, text, call)
    }
  }

  private func rareTextMethod(
    _ name: String, _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch name {
    case "format": return .string(try formatted(text, call))
    case "format_map":
      var named = TemplateCall()
      guard case .map(let map) = call.plain.first else { throw wrongKind("`format_map`", "no map") }
      for (key, value) in map.entries { try add(value, named: key.string ?? "", to: &named) }
      return .string(try formatted(text, named))
    case "title": return .string(text.pythonTitled)
    case "casefold":
      return .string(text.mapped { $0 == "ß" ? "ss" : nil }.lowercased)
    case "swapcase": return .string(text.swappedCase)
    case "expandtabs":
      let size = call.value(0, "tabsize")?.wholeNumber ?? 8
      guard (0...1000).contains(size) else { throw wrongKind("`expandtabs`", "this width") }
      try chargeText(text.byteCount * (1 + size), copied: 0)
      return .string(text.withoutTabs(size))
    default: return .bool(try isKind(name, text))
    }
  }

  /// What the methods tell whose names begin with `is`.
  private func isKind(_ name: String, _ text: TemplateText) throws(ChatTemplateError) -> Bool {
    let scalars = text.string.unicodeScalars
    func all(_ holds: (Unicode.Scalar) -> Bool) -> Bool {
      !scalars.isEmpty && scalars.allSatisfy(holds)
    }
    switch name {
    case "isdecimal": return all { $0.properties.generalCategory == .decimalNumber }
    case "isdigit":
      return all { $0.properties.numericType == .decimal || $0.properties.numericType == .digit }
    case "isnumeric": return all { $0.properties.numericType != nil }
    case "isalpha": return all(\.isLetter)
    case "isalnum": return all { $0.isLetter || $0.properties.numericType != nil }
    case "isspace": return all(\.isPythonSpace)
    case "isascii": return text.isASCII
    case "isprintable": return scalars.allSatisfy(\.isPrintable)
    case "islower": return try test(.string(text), "lower", TemplateCall())
    case "isupper": return try test(.string(text), "upper", TemplateCall())
    case "istitle":
      return text.pythonTitled == text && scalars.contains(where: \.properties.isCased)
    default: throw unsupported("method", name)
    }
  }

  private func join(
    _ call: TemplateCall, by separator: TemplateText
  ) throws(ChatTemplateError) -> TemplateValue {
    var texts: [TemplateText] = []
    var count = 0
    for item in try items(of: call.plain.first ?? .none, for: "`join`") {
      guard let text = item.text else { throw wrongKind("`join`", item.kind) }
      count += text.byteCount + separator.byteCount
      try chargeText(count, copied: 0)
      texts.append(text)
    }
    return .string(texts.joined(by: separator))
  }

  private func split(
    _ name: String, _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let asked = call.value(1, "maxsplit")?.wholeNumber ?? -1
    let limit = asked < 0 ? Int.max : asked
    let mark = call.value(0, "sep")
    guard let mark, !mark.isNone else {
      return try list(text.wordPlaces(limit: limit, fromEnd: name == "rsplit"), of: text)
    }
    guard let separator = mark.text, !separator.isEmpty else {
      throw wrongKind("`\(name)`", mark.text == nil ? mark.kind : "an empty separator")
    }
    return try list(
      name == "split"
        ? text.places(between: separator, limit: limit)
        : text.placesFromEnd(between: separator, limit: limit), of: text)
  }

  /// The first argument, which must be a text when it is there.
  private func optional(
    _ call: TemplateCall, _ name: String
  ) throws(ChatTemplateError) -> TemplateText? {
    switch call.plain.first {
    case nil, .some(.none): return nil
    case .string(let text): return text
    case .some(let other): throw wrongKind("`\(name)`", other.kind)
    }
  }

  private func needed(
    _ call: TemplateCall, _ name: String
  ) throws(ChatTemplateError) -> TemplateText {
    guard let text = try optional(call, name) else { throw wrongKind("`\(name)`", "no text") }
    return text
  }

  /// Whether `holds` for the first argument, or for one of its items when it is a tuple.
  private func any(
    _ call: TemplateCall, _ name: String, _ text: TemplateText,
    _ holds: (TemplateText, TemplateText) -> Bool
  ) throws(ChatTemplateError) -> Bool {
    let value = call.plain.first ?? .undefined("the argument")
    let text = try bounded(text, call).text
    if let part = value.text { return holds(text, part) }
    guard case .list(let list) = value, list.form.isTuple else {
      throw wrongKind("`\(name)`", value.kind)
    }
    for item in list.items {
      try charge(1 + (item.text?.byteCount ?? 0) / TemplateLimit.copied)
      if let part = item.text, holds(text, part) { return true }
    }
    return false
  }

  /// The part of a text that the second and third argument bound, and where it begins, in scalars.
  private func bounded(
    _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> (text: TemplateText, start: Int) {
    guard call.plain.count > 1 else { return (text, 0) }
    func place(_ index: Int, _ fallback: Int) -> Int {
      guard call.plain.count > index, let number = call.plain[index].wholeNumber else {
        return fallback
      }
      return max(0, min(text.scalarCount, number < 0 ? number + text.scalarCount : number))
    }
    let (start, end) = (place(1, 0), place(2, text.scalarCount))
    guard start <= end else { return ("", start) }
    let places = text.scalarPlaces
    return (text[places[start]..<places[end]], start)
  }

  private func search(
    _ name: String, _ whole: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let part = call.plain.first?.text else { throw wrongKind("`\(name)`", "what is no text") }
    let (text, start) = try bounded(whole, call)
    if part.isEmpty {
      if name == "count" { return .int(text.scalarCount + 1) }
      return .int(start + (name.hasPrefix("r") ? text.scalarCount : 0))
    }
    if name == "count" { return .int(text.places(between: part).count - 1) }
    let found =
      name.hasPrefix("r")
      ? text.placesFromEnd(between: part, limit: 1) : text.places(between: part, limit: 1)
    guard found.count > 1, let place = found.first?.upperBound else {
      guard name.hasSuffix("find") else { throw wrongKind("`\(name)`", "a text that is not there") }
      return .int(-1)
    }
    return .int(start + text[0..<place].scalarCount)
  }

  private func partition(
    _ name: String, _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let mark = try needed(call, name)
    guard !mark.isEmpty else { throw wrongKind("`\(name)`", "an empty separator") }
    let isFirst = name == "partition"
    let parts = isFirst ? text.split(at: mark, limit: 1) : text.splitFromEnd(at: mark, limit: 1)
    guard parts.count == 2 else {
      return try list(
        isFirst ? [.string(text), .text(""), .text("")] : [.text(""), .text(""), .string(text)],
        as: .tuple)
    }
    let found = text[parts[0].byteCount..<parts[0].byteCount + mark.byteCount]
    return try list([.string(parts[0]), .string(found), .string(parts[1])], as: .tuple)
  }

  private func filled(
    _ name: String, _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateText {
    guard let width = call.value(0, "width")?.wholeNumber, width <= 100_000 else {
      throw wrongKind("`\(name)`", "this width")
    }
    let filling = name == "zfill" ? "0" : call.value(1, "fillchar")?.string ?? " "
    guard filling.unicodeScalars.count == 1 else { throw wrongKind("`\(name)`", "this filling") }
    let missing = max(0, width - text.scalarCount)
    try chargeText(text.byteCount + 4 * missing, copied: 0)
    let space = TemplateText(String(repeating: filling, count: missing))
    switch name {
    case "ljust": return text + space
    case "rjust": return space + text
    case "center": return text.centered(width, with: filling)
    default:
      let sign = text.string.hasPrefix("-") || text.string.hasPrefix("+") ? 1 : 0
      return text[0..<sign] + space + text[sign..<text.byteCount]
    }
  }
}

extension TemplateText {
  /// The text with spaces for tabs, up to the next column that `size` divides.
  fileprivate func withoutTabs(_ size: Int) -> TemplateText {
    var column = 0
    return mapped { scalar in
      switch scalar {
      case "\t":
        let width = size == 0 ? 0 : size - column % size
        column += width
        return String(repeating: " ", count: width)
      case "\n", "\r": column = 0
      default: column += 1
      }
      return nil
    }
  }
}
