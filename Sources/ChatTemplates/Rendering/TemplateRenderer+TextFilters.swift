/// Filters that make a text of a value.
extension TemplateRenderer {
  /// The result of a filter on texts; nil when there is none of this name.
  func textFilter(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue? {
    switch name {
    case "tojson": return .string(try json(value, TemplateJSON(call, in: self)))
    case "pprint": return .string(try prettyPrinted(value))
    case "urlencode": return .string(try urlEncoded(value))
    case "filesizeformat": return .text(try fileSize(value, call))
    case "xmlattr": return .string(try attributes(value, call))
    case "safe", "string", "trim", "upper", "lower", "capitalize", "title", "center", "truncate",
      "e", "escape", "forceescape", "striptags", "format", "replace", "indent", "wordcount",
      "wordwrap", "urlize":
      break
    default: return nil
    }
    let text = try text(of: value)
    if !["string", "safe", "trim"].contains(name) { try chargeScan(text) }
    switch name {
    case "trim": return .string(text.stripped(of: call.value(0, "chars")?.string))
    case "upper": return .string(text.uppercased)
    case "lower": return .string(text.lowercased)
    case "capitalize": return .string(text.capitalized)
    case "title": return .string(text.titled)
    case "center": return .string(text.centered(call.value(0, "width")?.wholeNumber ?? 80))
    case "truncate": return .string(try truncated(text, call))
    case "e", "escape": return .string(text.asMarkup)
    case "forceescape": return .string(text.escaped.markedAsMarkup)
    case "safe": return .string(text.markedAsMarkup)
    case "striptags": return .string(text.withoutTags)
    case "format": return .string(try printed(text, call))
    case "replace": return .string(try replaced(text, call))
    case "indent": return .string(try indented(text, call))
    case "wordcount":
      return .int(text.string.unicodeScalars.split { !$0.isWordScalar }.count)
    case "wordwrap": return .string(try wrapped(text, call))
    case "urlize": return .string(try linked(text, call))
    default: return .string(text)
    }
  }

  private func replaced(
    _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateText {
    guard let old = call.value(0, "old"), let new = call.value(1, "new") else {
      throw wrongKind("`replace`", "anything but two texts")
    }
    let (oldText, newText) = (try self.text(of: old), try self.text(of: new))
    let asked = call.value(2, "count")?.wholeNumber ?? -1
    let limit = asked < 0 ? Int.max : asked
    guard !oldText.isEmpty else {
      let count = text.byteCount * (1 + newText.byteCount) + newText.byteCount
      try chargeText(count, copied: 0)
      try charge(2 * text.scalarCount)
      return text.spread(by: newText, limit: limit)
    }
    let places = text.places(between: oldText, limit: limit)
    try chargeText(text.byteCount + places.count * newText.byteCount, copied: 0)
    try charge(places.count)
    return places.map { text[$0] }.joined(by: newText)
  }

  private func indented(
    _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateText {
    let asked = call.value(0, "width")
    let width = min(max(asked?.wholeNumber ?? 4, 0), 1000)
    let isFirst = call.value(1, "first")?.isTrue ?? false
    let isBlank = call.value(2, "blank")?.isTrue ?? false
    let space = asked?.text ?? TemplateText(String(repeating: " ", count: width))
    // A text that ends in a line end has one more line, which is empty.
    let ended = text + "\n"
    let places = ended.linePlaces()
    try chargeText(text.byteCount + places.count * space.byteCount, copied: 0)
    try charge(places.count)
    let lines = places.map { ended[$0] }
    let moved = lines.enumerated().map { index, line in
      (index == 0 ? isFirst : isBlank || !line.isEmpty) ? space + line : line
    }
    return moved.joined(by: "\n")
  }

  private func truncated(
    _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateText {
    let length = call.value(0, "length")?.wholeNumber ?? 255
    let end = try self.text(of: call.value(2, "end") ?? .text("..."))
    let leeway = call.value(3, "leeway")?.wholeNumber ?? 5
    let room = length - end.scalarCount
    guard room >= 0, leeway >= 0 else { throw wrongKind("`truncate`", "this length") }
    guard text.scalarCount - leeway > length else { return text }
    var kept = text.prefix(scalars: room)
    let isExact = call.value(1, "killwords")?.isTrue ?? false
    if !isExact { kept = kept.splitFromEnd(at: " ", limit: 1)[0] }
    return kept + end
  }

  /// A text for an address, or pairs as a query.
  private func urlEncoded(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateText {
    var pairs: [(TemplateValue, TemplateValue)] = []
    switch value {
    case .map(let map): pairs = map.entries.map { ($0.key, $0.value) }
    case .list:
      for item in try items(of: value, for: "`urlencode`") {
        let parts = try items(of: item, for: "`urlencode`")
        guard parts.count == 2 else { throw wrongKind("`urlencode`", "what are no pairs") }
        pairs.append((parts[0], parts[1]))
      }
    default:
      let text = try text(of: value)
      try chargeScan(text)
      return text.urlQuoted(keeping: "/")
    }
    var parts: [TemplateText] = []
    for (key, value) in pairs {
      let both = [try text(of: key), try text(of: value)]
      for text in both { try chargeScan(text) }
      parts.append(
        both.map { $0.urlQuoted(keeping: "").split(at: "%20").joined(by: "+") }.joined(by: "="))
    }
    return parts.joined(by: "&")
  }

  private func attributes(
    _ value: TemplateValue, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateText {
    guard case .map(let map) = value else { throw wrongKind("`xmlattr`", value.kind) }
    var parts: [TemplateText] = []
    for (key, value) in map.entries where value.isDefined && !value.isNone {
      let (name, content) = (try text(of: key), try text(of: value))
      for text in [name, content] { try chargeScan(text) }
      parts.append(name.escaped + "=\"" + content.escaped + "\"")
    }
    let text = parts.joined(by: " ")
    return !text.isEmpty && call.value(0, "autospace")?.isTrue != false ? " " + text : text
  }
}

extension TemplateText {
  /// The same text, taken for HTML.
  fileprivate var markedAsMarkup: TemplateText {
    var text = self
    text.isMarkup = true
    return text
  }
}
