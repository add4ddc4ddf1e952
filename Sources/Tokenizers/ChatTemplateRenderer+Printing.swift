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

  private func representation(of value: TemplateValue) throws(ChatTemplateError) -> String {
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
        return try enclosed("[", parts, "]")
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
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output + quote
  }

  /// What `tojson` gives: Python's `json.dumps` without escaping of letters, over several lines
  /// when `indentation` says how many spaces a level has.
  func json(
    _ value: TemplateValue, indentation: Int?, level: Int = 0
  ) throws(ChatTemplateError) -> String {
    try deeper { () throws(ChatTemplateError) in
      switch value {
      case .none: return "null"
      case .bool(let value): return value ? "true" : "false"
      case .int(let value): return String(value)
      case .float(let value): return value.description
      case .string(let text): return JSONValue.string(text).text
      case .list(let list):
        var parts: [String] = []
        for item in list.items {
          parts.append(try json(item, indentation: indentation, level: level + 1))
        }
        return try laidOut("[", parts, "]", indentation, level)
      case .map(let map):
        var parts: [String] = []
        for (key, value) in map.entries {
          let name = JSONValue.string(try text(of: key)).text
          parts.append(name + ": " + (try json(value, indentation: indentation, level: level + 1)))
        }
        return try laidOut("{", parts, "}", indentation, level)
      case .undefined, .namespace, .macro, .function, .loop:
        throw wrongKind("`tojson`", value.kind)
      }
    }
  }

  private func laidOut(
    _ start: String, _ parts: [String], _ end: String, _ indentation: Int?, _ level: Int
  ) throws(ChatTemplateError) -> String {
    guard let indentation, !parts.isEmpty else { return try enclosed(start, parts, end) }
    let width = indentation * (level + 1)
    try chargeText((width + 2) * parts.count, copied: width * parts.count)
    let inner = "\n" + String(repeating: " ", count: width)
    let outer = "\n" + String(repeating: " ", count: width - indentation)
    return try enclosed(start + inner, [parts.joined(separator: "," + inner)], outer + end)
  }
}
