extension JSONValue {
  /// This value in one line, without spaces; keys in the object's order.
  package var text: String {
    var writer = JSONWriter(indentation: nil)
    writer.write(self, level: 0)
    return writer.output
  }

  /// This value over several lines, indented by two spaces, without a line break at the end.
  package var prettyText: String {
    var writer = JSONWriter(indentation: 2)
    writer.write(self, level: 0)
    return writer.output
  }
}

/// Writes JSON: numbers so that they read back as they were, texts with the fewest escapes.
struct JSONWriter {
  /// Spaces a level; nil for all in one line.
  let indentation: Int?
  private(set) var output = ""

  init(indentation: Int?) { self.indentation = indentation }

  mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .integer(let value): output += String(value)
    // JSON has no word for infinity and NaN. `description` is the shortest that reads back.
    case .number(let value): output += value.isFinite ? value.description : "null"
    case .string(let text): write(text)
    case .array(let elements):
      list("[", elements, "]", level: level) { $0.write($1, level: level + 1) }
    case .object(let object):
      list("{", object.entries, "}", level: level) { writer, entry in
        writer.write(entry.key)
        writer.output += writer.indentation == nil ? ":" : ": "
        writer.write(entry.value, level: level + 1)
      }
    }
  }

  private mutating func list<Item>(
    _ opening: String, _ items: [Item], _ closing: String, level: Int,
    each: (inout JSONWriter, Item) -> Void
  ) {
    output += opening
    for (index, item) in items.enumerated() {
      if index > 0 { output += "," }
      startLine(level: level + 1)
      each(&self, item)
    }
    if !items.isEmpty { startLine(level: level) }
    output += closing
  }

  private mutating func startLine(level: Int) {
    guard let indentation else { return }
    output += "\n" + String(repeating: " ", count: level * indentation)
  }

  private mutating func write(_ text: String) {
    output += "\""
    // Bytes decide: all that must be escaped is ASCII.
    if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
      for scalar in text.unicodeScalars { output += Self.escaped(scalar) }
    } else {
      output += text
    }
    output += "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case "\u{8}": "\\b"
    case "\u{C}": "\\f"
    case "\u{0}"..<" ": "\\u00" + JSONParser.twoDigits(UInt8(scalar.value))
    default: String(scalar)
    }
  }
}
