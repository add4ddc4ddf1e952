/// What may stand after `|`.
extension TemplateRenderer {
  func filter(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch name {
    case "default", "d":
      let isAbsent = !value.isDefined || call.value(1, "boolean")?.isTrue == true && !value.isTrue
      return isAbsent ? call.value(0, "default_value") ?? .string("") : value
    case "safe", "string", "tojson", "trim", "upper", "lower", "capitalize", "title", "replace",
      "indent", "center", "truncate", "e", "escape", "forceescape", "striptags", "urlencode",
      "format",
      "filesizeformat", "xmlattr":
      return .string(try textFilter(value, name, call))
    case "wordcount":
      let words = try text(of: value).unicodeScalars.split { !TemplateText.isWordScalar($0) }
      return .int(words.count)
    case "round": return try rounded(value, call)
    case "attr":
      guard let attribute = call.value(0, "name")?.string else {
        throw wrongKind("`attr`", "no name")
      }
      // Keys of a map are no attributes of it.
      if case .map = value { return .undefined(attribute) }
      return try self.attribute(attribute, of: value)
    case "length", "count":
      if case .string(let text) = value {
        try charge(text.utf8.count / 256)
        return .int(text.unicodeScalars.count)
      }
      return .int(try items(of: value, for: "`length`").count)
    case "int": return number(value, call).map { .int($0) } ?? call.value(0, "default") ?? .int(0)
    case "float":
      let text = value.string.map { TemplateText.stripped($0, of: nil) }
      return (value.number ?? text.flatMap(Double.init)).map { .float($0) }
        ?? call.value(0, "default") ?? .float(0)
    case "abs":
      guard let number = value.number else { throw wrongKind("`abs`", value.kind) }
      return number < 0 ? try negative(value) : value
    case "items": return try pairs(value)
    case "dictsort": return try sortedPairs(value, call)
    default: return try listFilter(value, name, call)
    }
  }

  private func number(_ value: TemplateValue, _ call: TemplateCall) -> Int? {
    if let whole = value.wholeNumber { return whole }
    let text = value.string.map { TemplateText.stripped($0, of: nil) }
    if let base = call.value(1, "base")?.wholeNumber, base != 10, (2...36).contains(base), let text
    {
      let prefix = [16: "0x", 8: "0o", 2: "0b"][base] ?? ""
      let digits = text.lowercased().hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...]
      return Int(digits, radix: base)
    }
    guard let number = value.number ?? text.flatMap(Double.init) else { return nil }
    return text.flatMap { Int($0) } ?? Int(exactly: number.rounded(.towardZero))
  }

  private func textFilter(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> String {
    if name == "tojson" { return try json(value, TemplateJSON(call, in: self)) }
    if name == "urlencode" { return try urlEncoded(value) }
    if name == "filesizeformat" { return try fileSize(value, call) }
    if name == "xmlattr" { return try attributes(value, call) }
    let text = try text(of: value)
    // Going through a text scalar by scalar costs far more than copying it.
    try chargeText(text.utf8.count, copied: 32 * text.utf8.count)
    switch name {
    case "trim": return TemplateText.stripped(text, of: call.value(0, "chars")?.string)
    case "upper": return text.uppercased()
    case "lower": return text.lowercased()
    case "capitalize": return TemplateText.capitalized(text)
    case "title": return TemplateText.title(text)
    case "center": return TemplateText.centered(text, call.value(0, "width")?.wholeNumber ?? 80)
    case "truncate": return try truncated(text, call)
    case "e", "escape", "forceescape": return TemplateText.escaped(text)
    case "striptags": return TemplateText.withoutTags(text)
    case "format": return try printed(text, call)
    case "replace": return try replaced(text, call)
    case "indent": return try indented(text, call)
    default: return text
    }
  }

  private func replaced(_ text: String, _ call: TemplateCall) throws(ChatTemplateError) -> String {
    guard let old = call.value(0, "old")?.string, let new = call.value(1, "new")?.string else {
      throw wrongKind("`replace`", "anything but two texts")
    }
    let limit = call.value(2, "count")?.wholeNumber ?? -1
    guard !old.isEmpty else {
      let count = text.utf8.count * (1 + new.utf8.count) + new.utf8.count
      try chargeText(count, copied: count)
      return TemplateText.spread(text, by: new, limit: limit < 0 ? .max : limit)
    }
    let parts = TemplateText.split(text, at: old, limit: limit < 0 ? .max : limit)
    let count = text.utf8.count + parts.count * new.utf8.count
    try chargeText(count, copied: count)
    return parts.joined(separator: new)
  }

  private func indented(_ text: String, _ call: TemplateCall) throws(ChatTemplateError) -> String {
    let asked = call.value(0, "width")
    let width = min(max(asked?.wholeNumber ?? 4, 0), 1000)
    let isFirst = call.value(1, "first")?.isTrue ?? false
    let isBlank = call.value(2, "blank")?.isTrue ?? false
    let lines = TemplateText.split(text, at: "\n")
    try chargeText(text.utf8.count + lines.count * width, copied: lines.count * width)
    let space = asked?.string ?? String(repeating: " ", count: width)
    try chargeText(
      text.utf8.count + lines.count * space.utf8.count, copied: lines.count * space.utf8.count)
    let moved = lines.enumerated().map { index, line in
      (index == 0 ? isFirst : isBlank || !line.isEmpty) ? space + line : line
    }
    return moved.joined(separator: "\n")
  }

  private func pairs(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    guard value.isDefined else { return try list([]) }
    guard case .map(let map) = value else { throw wrongKind("`items`", value.kind) }
    var pairs: [TemplateValue] = []
    for (key, value) in map.entries { pairs.append(try list([key, value], as: .tuple)) }
    return try list(pairs)
  }

  /// Pairs in the order of their keys or, `by='value'`, of their values.
  private func sortedPairs(
    _ value: TemplateValue, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let place = (call.value(1, "by")?.string ?? "key") == "value" ? 1 : 0
    let isExact = call.value(0, "case_sensitive")?.isTrue ?? false
    guard case .list(let pairs) = try pairs(value) else { return value }
    var keys: [TemplateValue] = []
    for case .list(let pair) in pairs.items {
      keys.append(isExact ? pair.items[place] : pair.items[place].withoutCase)
    }
    let order = try sortedPlaces(keys)
    let sorted = order.map { pairs.items[$0] }
    return try list(call.value(2, "reverse")?.isTrue ?? false ? sorted.reversed() : sorted)
  }
}
