import Serialization

/// An object of a tokenizer file together with its path, so that errors can name the member.
struct FileSection {
  /// Where the object stands, such as `model` or `decoder.decoders[1]`.
  let path: String
  let object: JSONObject

  init(_ value: JSONValue, path: String) throws(TokenizerError) {
    guard let object = value.object else { throw .malformed(path: path, expected: "an object") }
    self.path = path
    self.object = object
  }

  /// Returns the value of `key`, or nil when it is missing or null.
  func value(_ key: String) -> JSONValue? {
    guard let value = object[key], value != .null else { return nil }
    return value
  }

  /// Returns the text of `key`, nil when it is missing.
  func optionalString(_ key: String) throws(TokenizerError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.string else { throw malformed(key, "a text") }
    return text
  }

  func string(_ key: String) throws(TokenizerError) -> String {
    guard let text = try optionalString(key) else { throw malformed(key, "a text") }
    return text
  }

  /// Returns the truth value of `key`, or `fallback` when it is missing.
  func bool(_ key: String, default fallback: Bool) throws(TokenizerError) -> Bool {
    guard let value = value(key) else { return fallback }
    guard let bool = value.bool else { throw malformed(key, "true or false") }
    return bool
  }

  func integer(_ key: String) throws(TokenizerError) -> Int {
    guard let integer = value(key)?.int else { throw malformed(key, "a whole number") }
    return integer
  }

  /// Returns the whole number of `key`, or `fallback` when it is missing.
  func integer(_ key: String, default fallback: Int) throws(TokenizerError) -> Int {
    value(key) == nil ? fallback : try integer(key)
  }

  /// Returns the one character of `key`, or `fallback` when it is missing.
  func character(
    _ key: String, default fallback: Unicode.Scalar?
  ) throws(TokenizerError) -> Unicode.Scalar {
    if value(key) == nil, let fallback { return fallback }
    let scalars = try optionalString(key)?.unicodeScalars
    guard let scalars, scalars.count == 1, let scalar = scalars.first else {
      throw malformed(key, "one character")
    }
    return scalar
  }

  func array(_ key: String) throws(TokenizerError) -> [JSONValue] {
    guard let array = value(key)?.array else { throw malformed(key, "a list") }
    return array
  }

  /// Returns the objects in the list of `key`.
  func sections(_ key: String) throws(TokenizerError) -> [FileSection] {
    var sections: [FileSection] = []
    for (index, value) in try array(key).enumerated() {
      sections.append(try FileSection(value, path: "\(path).\(key)[\(index)]"))
    }
    return sections
  }

  /// Returns the pattern of `key`, written `{"Regex": …}` or `{"String": …}`.
  func pattern(_ key: String) throws(TokenizerError) -> Pattern {
    guard let value = value(key) else { throw malformed(key, "a pattern") }
    let section = try FileSection(value, path: "\(path).\(key)")
    if let regex = try section.optionalString("Regex") {
      return try Pattern(regex)
    }
    if let literal = try section.optionalString("String"), !literal.isEmpty {
      return try Pattern(literal: literal)
    }
    throw malformed(key, "{\"Regex\": …} or {\"String\": …}, not empty")
  }

  /// Returns the error for `key` not being what it has to be.
  func malformed(_ key: String, _ expected: String) -> TokenizerError {
    .malformed(path: "\(path).\(key)", expected: expected)
  }
}
