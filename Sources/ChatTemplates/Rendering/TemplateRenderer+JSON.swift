/// What `tojson` gives: Python's `json.dumps`.
extension TemplateRenderer {
  func json(
    _ value: TemplateValue, _ style: TemplateJSON, level: Int = 0, beside node: Int? = nil
  ) throws(ChatTemplateError) -> TemplateText {
    try deeper { () throws(ChatTemplateError) in
      switch value {
      case .none: return TemplateText("null", beside: node)
      case .bool(let value): return TemplateText(value ? "true" : "false", beside: node)
      case .int(let value): return TemplateText(String(value), beside: node)
      case .float(let value): return TemplateText(Self.json(value), beside: node)
      case .string(let text):
        try chargeScan(text)
        return style.quoted(text)
      case .list(let list):
        guard list.form == .list || list.form.isTuple else {
          throw wrongKind("`tojson`", value.kind)
        }
        var parts: [TemplateText] = []
        for item in list.items {
          parts.append(
            try json(item, style, level: level + 1, beside: list.node ?? node))
        }
        return try laidOut("[", parts, "]", style, level, list.node ?? node)
      case .map(let map):
        var entries = map.entries
        if style.sortsKeys {
          entries = try sortedPlaces(entries.map(\.key)).map { entries[$0] }
        }
        var parts: [TemplateText] = []
        for (key, value) in entries {
          markRead(key, value)
          let owner = key.text?.runs.first?.node
          let name = try name(of: key)
          try chargeScan(name)
          parts.append(
            style.quoted(name) + TemplateText(style.keySeparator, beside: owner)
              + (try json(value, style, level: level + 1, beside: owner)))
        }
        return try laidOut("{", parts, "}", style, level, map.node ?? node)
      case .undefined, .namespace, .macro, .function, .method, .loop, .turner:
        throw wrongKind("`tojson`", value.kind)
      }
    }
  }

  private static func json(_ value: Double) -> String {
    value.isFinite
      ? TemplateNumber.text(value) : value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
  }

  /// A key as JSON has it, which knows texts alone.
  private func name(of key: TemplateValue) throws(ChatTemplateError) -> TemplateText {
    switch key {
    case .string(let text): return text
    case .none: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return TemplateText(String(value))
    case .float(let value): return TemplateText(Self.json(value))
    default: throw wrongKind("`tojson`", "a key that is \(key.kind)")
    }
  }

  private func laidOut(
    _ start: String, _ parts: [TemplateText], _ end: String, _ style: TemplateJSON, _ level: Int,
    _ node: Int?
  ) throws(ChatTemplateError) -> TemplateText {
    var (inner, outer) = ("", "")
    if let indentation = style.indentation, !parts.isEmpty {
      let width = indentation.utf8.count * (level + 1)
      try chargeText((width + 2) * parts.count, copied: width * parts.count)
      outer = "\n" + String(repeating: indentation, count: level)
      inner = outer + indentation
    }
    let text =
      TemplateText(start + inner, beside: node)
      + parts.joined(by: TemplateText(style.itemSeparator + inner, beside: node))
      + TemplateText(outer + end, beside: node)
    try chargeText(text.byteCount, copied: text.weight)
    return text
  }
}

/// How `tojson` writes: the arguments that transformers gives its filter of that name.
struct TemplateJSON {
  let isASCII: Bool
  /// What a level is moved in by; nil for one line.
  let indentation: String?
  let itemSeparator: String
  let keySeparator: String
  let sortsKeys: Bool

  init(_ call: TemplateCall, in renderer: TemplateRenderer) throws(ChatTemplateError) {
    isASCII = call.value(0, "ensure_ascii")?.isTrue ?? false
    sortsKeys = call.value(3, "sort_keys")?.isTrue ?? false
    switch call.value(1, "indent") {
    case nil, .some(.none), .undefined: indentation = nil
    case .string(let text) where text.byteCount <= 16: indentation = text.string
    case .some(let value):
      guard let width = value.wholeNumber, width <= 16 else {
        throw renderer.wrongKind("`indent`", "anything but 0 to 16")
      }
      indentation = String(repeating: " ", count: max(0, width))
    }
    switch call.value(2, "separators") {
    case nil, .some(.none), .undefined:
      itemSeparator = indentation == nil ? ", " : ","
      keySeparator = ": "
    case .some(let value):
      let parts = try renderer.items(of: value, for: "`separators`")
      guard parts.count == 2, let item = parts[0].string, let key = parts[1].string else {
        throw renderer.wrongKind("`separators`", "anything but two texts")
      }
      itemSeparator = item
      keySeparator = key
    }
  }

  /// A text in quotes.
  func quoted(_ text: TemplateText) -> TemplateText {
    let inside = text.mapped { scalar in
      switch scalar {
      case "\"": return "\\\""
      case "\\": return "\\\\"
      case "\n": return "\\n"
      case "\r": return "\\r"
      case "\t": return "\\t"
      case "\u{8}": return "\\b"
      case "\u{C}": return "\\f"
      default:
        guard scalar.value < 0x20 || isASCII && scalar.value > 0x7E else { return nil }
        return String(scalar).utf16.map { unit in
          let digits = String(unit, radix: 16)
          return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
      }
    }
    let sign = TemplateText("\"", beside: text.runs.first?.node)
    return sign + inside + sign
  }
}
