import Foundation
import Serialization

/// Says whether a value fits a schema, by what the standard says and nothing of what is tested.
struct SchemaChecker {
  let root: JSONValue

  func fits(_ value: JSONValue) -> Bool { fits(value, root) }

  /// `followed` are the references on the way to this schema, for the same value: one that leads back
  /// to itself says nothing.
  private func fits(
    _ value: JSONValue, _ schema: JSONValue, _ followed: Set<String> = []
  ) -> Bool {
    guard case .object(let keywords) = schema else { return schema == true }
    return keywords.entries.allSatisfy { keyword, wanted in
      fits(value, keyword, wanted, keywords, followed)
    }
  }

  private func fits(
    _ value: JSONValue, _ keyword: String, _ wanted: JSONValue, _ schema: JSONObject,
    _ followed: Set<String>
  ) -> Bool {
    switch keyword {
    case "type": (wanted.array ?? [wanted]).contains { isType($0.string ?? "", value) }
    case "enum": wanted.array?.contains { same($0, value) } ?? false
    case "const": same(wanted, value)
    case "anyOf": wanted.array?.contains { fits(value, $0, followed) } ?? false
    case "oneOf": wanted.array?.count { fits(value, $0, followed) } == 1
    case "allOf": wanted.array?.allSatisfy { fits(value, $0, followed) } ?? false
    case "$ref":
      !followed.contains(wanted.string ?? "")
        && fits(value, target(wanted.string ?? ""), followed.union([wanted.string ?? ""]))
    case "required":
      value.object.map { object in
        wanted.array?.allSatisfy { object[$0.string ?? ""] != nil } ?? false
      }
        ?? true
    case "properties":
      value.object.map { object in
        wanted.object?.entries.allSatisfy { name, part in
          object[name].map { fits($0, part) } ?? true
        } ?? false
      } ?? true
    case "additionalProperties":
      value.object.map { object in
        object.entries.allSatisfy { name, member in
          schema["properties"]?[name] != nil || fits(member, wanted)
        }
      } ?? true
    case "minProperties": value.object.map { $0.count >= wanted.int ?? 0 } ?? true
    case "maxProperties": value.object.map { $0.count <= wanted.int ?? 0 } ?? true
    case "items":
      value.array.map {
        $0.dropFirst(schema["prefixItems"]?.array?.count ?? 0).allSatisfy { fits($0, wanted) }
      } ?? true
    case "prefixItems":
      value.array.map { zip($0, wanted.array ?? []).allSatisfy { fits($0, $1) } } ?? true
    case "minItems": value.array.map { $0.count >= wanted.int ?? 0 } ?? true
    case "maxItems": value.array.map { $0.count <= wanted.int ?? 0 } ?? true
    case "minLength": value.string.map { $0.unicodeScalars.count >= wanted.int ?? 0 } ?? true
    case "maxLength": value.string.map { $0.unicodeScalars.count <= wanted.int ?? 0 } ?? true
    case "pattern":
      value.string.map {
        $0.range(of: wanted.string ?? "", options: .regularExpression) != nil
      } ?? true
    case "minimum": compare(value, wanted) { $0 >= $1 }
    case "maximum": compare(value, wanted) { $0 <= $1 }
    case "exclusiveMinimum": compare(value, wanted) { $0 > $1 }
    case "exclusiveMaximum": compare(value, wanted) { $0 < $1 }
    case "multipleOf": compare(value, wanted) { $0.truncatingRemainder(dividingBy: $1) == 0 }
    case "$defs", "title", "description": true
    default: false
    }
  }

  private func compare(
    _ value: JSONValue, _ bound: JSONValue, _ holds: (Double, Double) -> Bool
  ) -> Bool {
    guard let number = value.double, let bound = bound.double else { return value.double == nil }
    return holds(number, bound)
  }

  private func isType(_ name: String, _ value: JSONValue) -> Bool {
    switch name {
    case "object": value.object != nil
    case "array": value.array != nil
    case "string": value.string != nil
    case "boolean": value.bool != nil
    case "null": value.isNull
    case "number": value.double != nil
    case "integer": value.double.map { $0.rounded() == $0 } ?? false
    default: false
    }
  }

  /// Whether values are equal whatever the order of keys.
  private func same(_ a: JSONValue, _ b: JSONValue) -> Bool {
    switch (a, b) {
    case (.object(let x), .object(let y)):
      x.count == y.count
        && x.entries.allSatisfy { key, value in y[key].map { same(value, $0) } ?? false }
    case (.array(let x), .array(let y)):
      x.count == y.count && zip(x, y).allSatisfy { same($0, $1) }
    default: a == b || a.double != nil && a.double == b.double
    }
  }

  private func target(_ reference: String) -> JSONValue {
    reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] ?? false }
  }
}
