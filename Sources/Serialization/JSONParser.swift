/// Reads one JSON text from bytes, by recursive descent.
struct JSONParser {
  let bytes: [UInt8]
  var position = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads the only value of the text, and its end.
  mutating func document() throws(JSONError) -> JSONValue {
    try refuseOtherEncodings()
    skipSpace()
    guard position < bytes.count else {
      throw failure("there is nothing here, expected a value", at: 0)
    }
    let value = try self.value()
    skipSpace()
    guard position == bytes.count else { throw garbageAfter(value) }
    return value
  }

  /// The byte at the position; nil at the end.
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func value() throws(JSONError) -> JSONValue {
    switch current {
    case UInt8(ascii: "\""): return .string(try text())
    case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.array() }
    case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return try number()
    default: return try word()
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    guard depth < JSONValue.nestingLimit else {
      throw failure("more than \(JSONValue.nestingLimit) levels of `[` and `{`", at: position)
    }
    depth += 1
    position += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else {
        throw missingComma(after: elements[elements.count - 1], closing: "]")
      }
      let comma = position - 1
      skipSpace()
      if current == UInt8(ascii: "]") { throw trailingComma(at: comma, closing: "]") }
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    var object = JSONObject()
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(object) }
    while true {
      let value = try member(of: &object)
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(object) }
      guard take(UInt8(ascii: ",")) else { throw missingComma(after: value, closing: "}") }
      let comma = position - 1
      skipSpace()
      if current == UInt8(ascii: "}") { throw trailingComma(at: comma, closing: "}") }
    }
  }

  /// Reads one `"key": value`, puts it into `object` and returns the value.
  private mutating func member(of object: inout JSONObject) throws(JSONError) -> JSONValue {
    let start = position
    guard current == UInt8(ascii: "\"") else { throw badKey() }
    let key = try text()
    skipSpace()
    guard take(UInt8(ascii: ":")) else {
      throw failure("after the key `\(Self.shown(key))` I expected `:` but found \(found)")
    }
    skipSpace()
    let value = try self.value()
    guard object.add(key, value) else {
      throw failure(
        "the key `\(Self.shown(key))` is here a second time in the same object", at: start)
    }
    return value
  }

  /// Reads `true`, `false` or `null`.
  private mutating func word() throws(JSONError) -> JSONValue {
    let start = position
    var end = position
    while end < bytes.count, Self.isWordByte(bytes[end]) { end += 1 }
    position = end
    switch bytes[start..<end] {
    case [0x74, 0x72, 0x75, 0x65]: return .bool(true)
    case [0x66, 0x61, 0x6C, 0x73, 0x65]: return .bool(false)
    case [0x6E, 0x75, 0x6C, 0x6C]: return .null
    default:
      position = start
      throw notAValue(String(decoding: bytes[start..<end], as: UTF8.self))
    }
  }

  /// Whether a byte may stand in a word such as `true`; used to read wrong words whole.
  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  /// Steps over `byte` when it stands here.
  mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }
}
