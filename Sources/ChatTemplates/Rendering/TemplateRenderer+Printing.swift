import Serialization

/// Values as text: as Python prints them, and as JSON.
extension TemplateRenderer {
  /// What `{{ value }}` writes.
  func text(of value: TemplateValue) throws(ChatTemplateError) -> String {
    switch value {
    case .undefined: return ""
    case .string(let text): return text
    default: return try representation(of: value)
    }
  }

  func representation(of value: TemplateValue) throws(ChatTemplateError) -> String {
    try deeper { () throws(ChatTemplateError) in
      switch value {
      case .undefined: return "Undefined"
      case .none: return "None"
      case .bool(let value): return value ? "True" : "False"
      case .int(let value): return String(value)
      case .float(let value): return value.description
      case .string(let text): return Self.quoted(text)
      case .list(let list):
        var parts: [String] = []
        for item in list.items { parts.append(try representation(of: item)) }
        switch list.form {
        case .list: return try enclosed("[", parts, "]")
        case .tuple, .group: return try enclosed("(", parts, parts.count == 1 ? ",)" : ")")
        case .view(let name): return try enclosed(name + "([", parts, "])")
        case .range(let text): return text
        }
      case .map(let map):
        var parts: [String] = []
        for (key, value) in map.entries {
          parts.append(try representation(of: key) + ": " + representation(of: value))
        }
        return try enclosed("{", parts, "}")
      case .namespace, .macro, .function, .loop: throw wrongKind("printing", value.kind)
      }
    }
  }

  private func enclosed(
    _ start: String, _ parts: [String], _ end: String
  ) throws(ChatTemplateError) -> String {
    let text = start + parts.joined(separator: ", ") + end
    try chargeText(text.utf8.count, copied: text.utf8.count)
    return text
  }

  private static func quoted(_ text: String) -> String {
    let quote = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var output = quote
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case "'" where quote == "'": output += "\\'"
      default: output += scalar.isPrintable ? String(scalar) : escape(scalar)
      }
    }
    return output + quote
  }

  /// Python's escape of a scalar that has no picture.
  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (letter, width) =
      scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
    return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
  }

  /// What `tojson` gives: Python's `json.dumps`.
  func json(
    _ value: TemplateValue, _ style: TemplateJSON, level: Int = 0
  ) throws(ChatTemplateError) -> String {
    try deeper { () throws(ChatTemplateError) in
      switch value {
      case .none: return "null"
      case .bool(let value): return value ? "true" : "false"
      case .int(let value): return String(value)
      case .float(let value):
        return value.isFinite
          ? value.description : value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
      case .string(let text): return style.text(text)
      case .list(let list):
        var parts: [String] = []
        for item in list.items { parts.append(try json(item, style, level: level + 1)) }
        return try laidOut("[", parts, "]", style, level)
      case .map(let map):
        var entries = map.entries
        if style.sortsKeys {
          entries = try sortedPlaces(entries.map(\.key)).map { entries[$0] }
        }
        var parts: [String] = []
        for (key, value) in entries {
          let name = try style.text(name(of: key))
          parts.append(name + style.keySeparator + (try json(value, style, level: level + 1)))
        }
        return try laidOut("{", parts, "}", style, level)
      case .undefined, .namespace, .macro, .function, .loop:
        throw wrongKind("`tojson`", value.kind)
      }
    }
  }

  /// A key as JSON has it, which knows texts alone.
  private func name(of key: TemplateValue) throws(ChatTemplateError) -> String {
    switch key {
    case .string(let text): return text
    case .none: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .float(let value): return value.description
    default: throw wrongKind("`tojson`", "a key that is \(key.kind)")
    }
  }

  private func laidOut(
    _ start: String, _ parts: [String], _ end: String, _ style: TemplateJSON, _ level: Int
  ) throws(ChatTemplateError) -> String {
    guard let indentation = style.indentation, !parts.isEmpty else {
      let text = start + parts.joined(separator: style.itemSeparator) + end
      try chargeText(text.utf8.count, copied: text.utf8.count)
      return text
    }
    let width = indentation.utf8.count * (level + 1)
    try chargeText((width + 2) * parts.count, copied: width * parts.count)
    let outer = "\n" + String(repeating: indentation, count: level)
    let inner = outer + indentation
    let text = start + inner + parts.joined(separator: style.itemSeparator + inner) + outer + end
    try chargeText(text.utf8.count, copied: text.utf8.count)
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
    case .string(let text) where text.utf8.count <= 16: indentation = text
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
  func text(_ text: String) -> String {
    let quoted = JSONValue.string(text).text
    guard isASCII, !quoted.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return quoted }
    var output = ""
    for unit in quoted.utf16 {
      if (0x20..<0x7F).contains(unit), let scalar = Unicode.Scalar(unit) {
        output.unicodeScalars.append(scalar)
      } else {
        let digits = String(unit, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return output
  }
}

extension Unicode.Scalar {
  /// Whether Python's `repr` shows it as it is.
  fileprivate var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    case .spaceSeparator: self == " "
    default: true
    }
  }
}
