/// A type of JSON Schema.
enum SchemaType: String, CaseIterable {
  case object, array, string, number, integer, boolean, null

  /// The keywords that say something about values of this type, and nothing about others.
  var keywords: [String] {
    switch self {
    case .object:
      [
        "properties", "required", "additionalProperties", "minProperties", "maxProperties",
        "propertyNames",
      ]
    case .array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]
    case .string: ["pattern", "format", "minLength", "maxLength"]
    case .number, .integer:
      ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
    case .boolean, .null: []
    }
  }

  /// Keywords that say something whatever the type.
  static let commonKeywords = ["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"]

  /// Keywords that say nothing about a value.
  static let annotations: Set = [
    "title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly",
    "$schema", "$id", "id", "$comment", "$defs", "definitions", "discriminator", "contentEncoding",
    "contentMediaType",
  ]

  /// All keywords that are read.
  static let known = Set(commonKeywords + allCases.flatMap(\.keywords))
}
