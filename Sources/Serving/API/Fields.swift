import Serialization

/// The fields of a request, read one by one; what is not what it has to be is refused by its name.
struct Fields {
  let object: JSONObject
  /// What is before the names of fields in errors, such as `method.supervised.`.
  let prefix: String

  init(_ object: JSONObject, prefix: String = "") {
    self.object = object
    self.prefix = prefix
  }

  /// A field's value; null counts as missing.
  func value(_ name: String) -> JSONValue? {
    guard let value = object[name], !value.isNull else { return Optional.none }
    return value
  }

  /// A text; nil when it is missing.
  func text(_ name: String) throws(APIError) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.string else { throw wrong(name, value, "a string") }
    return text
  }

  /// A text that has to be there.
  func neededText(_ name: String) throws(APIError) -> String {
    guard let text = try text(name) else { throw missing(name) }
    return text
  }

  /// A whole number within bounds; nil when it is missing.
  func integer(_ name: String, _ range: ClosedRange<Int>) throws(APIError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let number = value.int else { throw wrong(name, value, "an integer") }
    guard range.contains(number) else {
      throw .invalid(
        "'\(prefix + name)' is from \(range.lowerBound) to \(range.upperBound), not \(number).",
        param: prefix + name, code: "integer_out_of_range")
    }
    return number
  }

  /// A number within bounds; nil when it is missing.
  func number(_ name: String, _ range: ClosedRange<Double>) throws(APIError) -> Double? {
    guard let value = value(name) else { return nil }
    guard let number = value.double, number.isFinite else { throw wrong(name, value, "a number") }
    guard range.contains(number) else {
      throw .invalid(
        "'\(prefix + name)' is from \(range.lowerBound) to \(range.upperBound), not \(number).",
        param: prefix + name, code: "decimal_out_of_range")
    }
    return number
  }

  /// A truth value; nil when it is missing.
  func truth(_ name: String) throws(APIError) -> Bool? {
    guard let value = value(name) else { return nil }
    guard let truth = value.bool else { throw wrong(name, value, "a boolean") }
    return truth
  }

  /// An object; nil when it is missing.
  func fields(_ name: String) throws(APIError) -> Fields? {
    guard let value = value(name) else { return nil }
    guard let object = value.object else { throw wrong(name, value, "an object") }
    return Fields(object, prefix: prefix + name + ".")
  }

  /// A list; nil when it is missing.
  func list(_ name: String) throws(APIError) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    guard let list = value.array else { throw wrong(name, value, "an array") }
    return list
  }

  /// A text or a list of texts, as `stop` and `input` are.
  func texts(_ name: String, limit: Int) throws(APIError) -> [String]? {
    guard let value = value(name) else { return nil }
    let texts = value.string.map { [$0] } ?? value.array?.compactMap(\.string)
    guard let texts, texts.count == value.array?.count ?? 1 else {
      throw wrong(name, value, "a string or an array of strings")
    }
    guard texts.count <= limit else {
      throw .invalid(
        "'\(prefix + name)' has \(texts.count) elements; \(limit) are the most.",
        param: prefix + name, code: "array_above_max_length")
    }
    return texts
  }

  /// Texts by name, as `metadata` is: at most 16, names up to 64 letters, values up to 512.
  func metadata(_ name: String) throws(APIError) -> JSONObject? {
    guard let fields = try fields(name) else { return nil }
    for (key, value) in fields.object.entries {
      guard let text = value.string, key.count <= 64, text.count <= 512 else {
        throw .invalid(
          "'\(prefix + name)' has strings of up to 512 letters, with names of up to 64.",
          param: prefix + name)
      }
    }
    guard fields.object.count <= 16 else {
      throw .invalid("'\(prefix + name)' has 16 pairs at the most.", param: prefix + name)
    }
    return fields.object
  }

  /// Refuses fields that change what is asked for and that nothing here reads.
  func refuse(_ names: [String]) throws(APIError) {
    for name in names where value(name) != nil {
      throw .invalid(
        "'\(prefix + name)' is not supported by this server.", param: prefix + name,
        code: "unsupported_parameter")
    }
  }

  /// The error of a field that is missing.
  func missing(_ name: String) -> APIError {
    .invalid(
      "Missing required parameter: '\(prefix + name)'.", param: prefix + name,
      code: "missing_required_parameter")
  }

  /// The error of a field of another kind.
  func wrong(_ name: String, _ value: JSONValue, _ expected: String) -> APIError {
    .invalid(
      "Invalid type for '\(prefix + name)': expected \(expected), but got \(value.kind) instead.",
      param: prefix + name, code: "invalid_type")
  }
}
