import Serialization

/// A schema, or one inside of it, with the place where it stands.
struct SchemaPart {
  let members: JSONObject
  let place: String

  /// Takes the members of an object that stands at a place.
  init(_ members: JSONObject, _ place: String) {
    self.members = members
    self.place = place
  }

  subscript(_ keyword: String) -> JSONValue? { members[keyword] }

  func place(of keyword: String) -> String { "\(place)/\(Self.escaped(keyword))" }

  /// A name as a JSON pointer writes it.
  static func escaped(_ name: String) -> String {
    name.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
      .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
  }

  func malformed(_ keyword: String, _ expected: String) -> SchemaError {
    .malformed(place: place(of: keyword), expected: expected)
  }

  /// The value of a keyword that counts something; nil without it.
  func count(_ keyword: String) throws(SchemaError) -> Int? {
    guard let value = self[keyword] else { return nil }
    guard let count = value.int, (0...1_000_000).contains(count) else {
      throw malformed(keyword, "a whole number from 0 to 1000000")
    }
    return count
  }

  /// The value of a keyword that is a number; nil without it.
  func decimal(_ keyword: String) throws(SchemaError) -> Decimal? {
    guard let value = self[keyword] else { return nil }
    guard let decimal = Decimal(value) else { throw malformed(keyword, "a number") }
    return decimal
  }

  /// The value of a keyword that is a text; nil without it.
  func text(_ keyword: String) throws(SchemaError) -> String? {
    guard let value = self[keyword] else { return nil }
    guard let text = value.string else { throw malformed(keyword, "a text") }
    return text
  }

  /// The value of a keyword that is a list; nil without it.
  func list(_ keyword: String) throws(SchemaError) -> [JSONValue]? {
    guard let value = self[keyword] else { return nil }
    guard let list = value.array else { throw malformed(keyword, "a list") }
    return list
  }

  /// The value of a keyword that is a list of at least one schema; nil without it.
  func schemas(_ keyword: String) throws(SchemaError) -> [JSONValue]? {
    let list = try list(keyword)
    guard list?.isEmpty != true else { throw malformed(keyword, "a list with a schema") }
    return list
  }

  /// The value of a keyword that is an object; empty without it.
  func object(_ keyword: String) throws(SchemaError) -> JSONObject {
    guard let value = self[keyword] else { return JSONObject() }
    guard let object = value.object else { throw malformed(keyword, "an object") }
    return object
  }

  /// The value of a keyword that is a list of texts; empty without it.
  func texts(_ keyword: String) throws(SchemaError) -> [String] {
    let list = try list(keyword) ?? []
    let texts = list.compactMap(\.string)
    guard texts.count == list.count else { throw malformed(keyword, "a list of texts") }
    return texts
  }
}
