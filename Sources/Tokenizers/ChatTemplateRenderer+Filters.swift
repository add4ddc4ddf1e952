/// What may stand behind `|`.
extension TemplateRenderer {
  func filter(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch name {
    case "default", "d":
      let isAbsent = !value.isDefined || call.value(1, "boolean")?.isTrue == true && !value.isTrue
      return isAbsent ? call.value(0, "default_value") ?? .string("") : value
    case "safe", "string", "tojson", "trim", "upper", "lower", "capitalize", "title", "replace",
      "indent":
      return .string(try textFilter(value, name, call))
    case "length", "count":
      if case .string(let text) = value {
        try charge(text.utf8.count / 256)
        return .int(text.unicodeScalars.count)
      }
      return .int(try items(of: value, for: "`length`").count)
    case "int": return number(value, call).map { .int($0) } ?? call.value(0, "default") ?? .int(0)
    case "float": return .float(value.number ?? value.string.flatMap(Double.init) ?? 0)
    case "abs":
      guard let number = value.number else { throw wrongKind("`abs`", value.kind) }
      return number < 0 ? try negative(value) : value
    case "items", "dictsort": return try pairs(value, sorted: name == "dictsort")
    default: return try listFilter(value, name, call)
    }
  }

  private func number(_ value: TemplateValue, _ call: TemplateCall) -> Int? {
    if let whole = value.wholeNumber { return whole }
    let text = value.string.map { TemplateText.stripped($0, of: nil) }
    guard let number = value.number ?? text.flatMap(Double.init) else { return nil }
    return text.flatMap { Int($0) } ?? Int(exactly: number.rounded(.towardZero))
  }

  private func textFilter(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> String {
    if name == "tojson" { return try json(value, indentation: try indentation(call)) }
    let text = try text(of: value)
    // Going through a text scalar by scalar costs far more than copying it.
    try chargeText(text.utf8.count, copied: 32 * text.utf8.count)
    switch name {
    case "trim": return TemplateText.stripped(text, of: call.value(0, "chars")?.string)
    case "upper": return text.uppercased()
    case "lower": return text.lowercased()
    case "capitalize": return TemplateText.capitalized(text)
    case "title":
      let words = text.split(separator: " ", omittingEmptySubsequences: false)
      return words.map { TemplateText.capitalized(String($0)) }.joined(separator: " ")
    case "replace": return try replaced(text, call)
    case "indent": return try indented(text, call)
    default: return text
    }
  }

  private func indentation(_ call: TemplateCall) throws(ChatTemplateError) -> Int? {
    guard let value = call.value(0, "indent"), value.isDefined else { return nil }
    if case .none = value { return nil }
    guard let width = value.wholeNumber, (0...16).contains(width) else {
      throw wrongKind("`indent`", "anything but 0 to 16")
    }
    return width
  }

  private func replaced(_ text: String, _ call: TemplateCall) throws(ChatTemplateError) -> String {
    guard let old = call.value(0, "old")?.string, let new = call.value(1, "new")?.string else {
      throw wrongKind("`replace`", "anything but two texts")
    }
    guard !old.isEmpty else { throw wrongKind("`replace`", "an empty text to look for") }
    let limit = call.value(2, "count")?.wholeNumber ?? -1
    let parts = TemplateText.split(text, at: old, limit: limit < 0 ? .max : limit)
    let count = text.utf8.count + parts.count * new.utf8.count
    try chargeText(count, copied: count)
    return parts.joined(separator: new)
  }

  private func indented(_ text: String, _ call: TemplateCall) throws(ChatTemplateError) -> String {
    let width = min(max(call.value(0, "width")?.wholeNumber ?? 4, 0), 1000)
    let isFirst = call.value(1, "first")?.isTrue ?? false
    let isBlank = call.value(2, "blank")?.isTrue ?? false
    let lines = TemplateText.split(text, at: "\n")
    try chargeText(text.utf8.count + lines.count * width, copied: lines.count * width)
    let space = String(repeating: " ", count: width)
    let moved = lines.enumerated().map { index, line in
      (index == 0 ? isFirst : isBlank || !line.isEmpty) ? space + line : line
    }
    return moved.joined(separator: "\n")
  }

  private func pairs(
    _ value: TemplateValue, sorted isSorted: Bool
  ) throws(ChatTemplateError) -> TemplateValue {
    guard value.isDefined else { return try list([]) }
    guard case .map(let map) = value else { throw wrongKind("`items`", value.kind) }
    var entries = map.entries
    if isSorted {
      let keyed = entries.map { (($0.key.string ?? "").lowercased(), $0) }
      entries = keyed.sorted { $0.0 < $1.0 }.map(\.1)
    }
    var pairs: [TemplateValue] = []
    for (key, value) in entries { pairs.append(try list([key, value])) }
    return try list(pairs)
  }
}
