/// A JSON text in memory.
///
/// Whole numbers that fit 64 bits are kept exactly as ``integer(_:)``; all others are ``number(_:)``.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// Reads one strict JSON text (RFC 8259).
  ///
  /// Stricter than many readers on purpose, for two readers of one file must never disagree: a
  /// repeated key, a byte-order mark, half of a surrogate pair and more than
  /// ``nestingLimit`` levels are refused.
  ///
  /// - Throws: ``JSONError``, with the place and what was expected there.
  package init(parsing bytes: [UInt8]) throws(JSONError) {
    var parser = JSONParser(bytes)
    self = try parser.document()
  }

  /// How deep arrays and objects may be nested.
  package static let nestingLimit = 200
}

extension JSONValue {
  /// The text, when this is one.
  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The whole number, when this is one; `3.0` counts, `3.5` and what exceeds 64 bits do not.
  package var int: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The number, when this is one, whole or not.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The truth value, when this is one.
  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The elements, when this is an array.
  package var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The object, when this is one.
  package var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// Whether this is `null`.
  package var isNull: Bool { self == .null }

  /// The value for `key`, when this is an object that has it.
  package subscript(_ key: String) -> JSONValue? { object?[key] }

  /// What kind of value this is, for sentences: "a number", "an object".
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .integer, .number: "a number"
    case .string: "a text"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements))
  }
  package init(nilLiteral: ()) { self = .null }
}
