package import Serialization

/// Reads the values of a JSON file by key, each checked against its range.
package struct ConfigReader {
  /// The members as they stand in the file.
  package let object: JSONObject
  /// Of the file, for messages.
  package let path: String

  /// Reads the object that `bytes` hold.
  package init(_ bytes: [UInt8], path: String) throws(CheckpointError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw .json(path: path, error)
    }
    guard let object = value.object else {
      throw .setting(path: path, key: "", value: value.kind, allowed: "an object, { … }")
    }
    self.init(object, path: path)
  }

  /// Reads an object that is there already; `path` is for messages.
  package init(_ object: JSONObject, path: String) {
    self.object = object
    self.path = path
  }

  /// The value, when the key is there and not null.
  package func value(_ key: String) -> JSONValue? {
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  /// The whole number; nil when it is left out.
  package func int(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int? {
    guard let value = value(key) else { return nil }
    guard let number = value.int, range.contains(number) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The number above `lowest`, up to `highest`; nil when it is left out.
  package func double(
    _ key: String, above lowest: Double, upTo highest: Double
  ) throws(CheckpointError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.double, number > lowest, number <= highest else {
      throw wrong(key, "a number above \(lowest), at most \(highest)")
    }
    return number
  }

  /// The truth value; `fallback` when it is left out.
  package func bool(_ key: String, default fallback: Bool) throws(CheckpointError) -> Bool {
    guard let value = value(key) else { return fallback }
    guard let bool = value.bool else { throw wrong(key, "true or false") }
    return bool
  }

  /// The text; nil when it is left out.
  package func string(_ key: String) throws(CheckpointError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.string else { throw wrong(key, "a text") }
    return text
  }

  /// The texts of a list; empty when it is left out.
  package func strings(_ key: String) throws(CheckpointError) -> [String] {
    guard let value = value(key) else { return [] }
    var texts: [String] = []
    for element in value.array ?? [.null] {
      guard let text = element.string else { throw wrong(key, "a list of texts") }
      texts.append(text)
    }
    return texts
  }

  /// The object under a key, to be read the same way; nil when it is left out.
  package func section(_ key: String) throws(CheckpointError) -> ConfigReader? {
    guard let value = value(key) else { return nil }
    guard let object = value.object else { throw wrong(key, "an object, { … }") }
    return ConfigReader(object, path: path)
  }

  /// `value`, or the error for a key that must be there.
  package func required<Value>(_ value: Value?, _ key: String) throws(CheckpointError) -> Value {
    guard let value else { throw .missingSetting(path: path, key: key) }
    return value
  }

  /// The error for a value that is none of those allowed.
  package func wrong(_ key: String, _ allowed: String) -> CheckpointError {
    .setting(path: path, key: key, value: (object[key] ?? .null).text, allowed: allowed)
  }
}

extension JSONValue {
  /// Whether it says "nothing" or "no": null, false, zero and whatever is empty.
  package var isOff: Bool {
    switch self {
    case .null, .bool(false): true
    case .bool: false
    case .integer, .number: double == 0
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    }
  }
}
