import Foundation
import Serialization

/// Makes the rules of a schema: one for each schema in it, found again by what it says.
struct SchemaCompiler {
  typealias Rule = Grammar.Rule

  /// Schemas in each other, at most, with those that come of joining several.
  private static let depthLimit = 256

  private let root: JSONValue
  var builder = GrammarBuilder()
  private var known: [JSONValue: Rule] = [:]
  /// The rules of schemas in the order in which they were whole, with their places.
  private var places: [(rule: Rule, place: String)] = []
  private var depth = 0
  private var anyRule: Rule?

  /// Takes a schema that refers to no other file.
  init(_ root: JSONValue) { self.root = root }

  /// Returns the grammar of the whole schema.
  mutating func grammar() throws(SchemaError) -> Grammar {
    let start = builder.document(try rule(root, "#"))
    guard !builder.isFull else { throw .tooLarge(limit: GrammarBuilder.ruleLimit) }
    let grammar = Grammar(builder, start: start)
    guard !grammar.isFulfillable else { return grammar }
    // The first that was whole and has no value is the cause of the others.
    let cause = places.first { !grammar.isFulfillable($0.rule) }
    throw .unfulfillable(place: cause?.place ?? "#")
  }

  /// Returns the rule of a schema that stands at a place.
  mutating func rule(_ schema: JSONValue, _ place: String) throws(SchemaError) -> Rule {
    switch schema {
    case .bool(true): return anyValue()
    case .bool(false): return builder.add(.choice([]))
    case .object(let members):
      if let rule = known[schema] { return rule }
      guard depth < Self.depthLimit, !builder.isFull else {
        throw .tooLarge(limit: GrammarBuilder.ruleLimit)
      }
      depth += 1
      defer { depth -= 1 }
      let rule = builder.reserve()
      known[schema] = rule
      let content = try content(SchemaPart(members, place))
      builder.set(rule, to: .sequence([content]))
      places.append((rule, place))
      return rule
    default:
      throw .malformed(place: place, expected: "a schema, which is an object or a truth value")
    }
  }

  /// Any value.
  mutating func anyValue() -> Rule {
    let rule = anyRule ?? builder.anyValue()
    anyRule = rule
    return rule
  }

  /// What a schema allows.
  private mutating func content(_ part: SchemaPart) throws(SchemaError) -> Rule {
    for (keyword, _) in part.members.entries where !keyword.hasPrefix("x-") {
      guard SchemaType.known.contains(keyword) || SchemaType.annotations.contains(keyword) else {
        throw .unsupported(keyword: keyword, place: part.place(of: keyword))
      }
    }
    if let combined = try combination(part) { return combined }
    if let values = try values(part) {
      return builder.choice(values.map { builder.literal($0) })
    }
    let types = try types(part)
    guard !types.isEmpty else { return anyValue() }
    var rules: [Rule] = []
    for type in types {
      switch type {
      case .object: rules.append(try object(part))
      case .array: rules.append(try array(part))
      case .string: rules.append(try string(part))
      case .number: rules.append(try number(part, isWhole: false))
      case .integer: rules.append(try number(part, isWhole: true))
      case .boolean: rules += [builder.text("true"), builder.text("false")]
      case .null: rules.append(builder.text("null"))
      }
    }
    return builder.choice(rules)
  }

  /// The types that a schema allows, or, where it does not say, those that its keywords are about; none
  /// for any.
  private func types(_ part: SchemaPart) throws(SchemaError) -> [SchemaType] {
    guard let types = try part.types() else {
      return SchemaType.allCases.filter { type in
        type != .integer && type.keywords.contains { part[$0] != nil }
      }
    }
    return types.contains(.number) ? types.filter { $0 != .integer } : types
  }

  /// The values that a schema lists, those that are of its types; nil when it lists none.
  private func values(_ part: SchemaPart) throws(SchemaError) -> [JSONValue]? {
    var values = try part.list("enum")
    if let value = part["const"] { values = values?.filter { $0 == value } ?? [value] }
    guard var values else { return nil }
    if let types = try part.types() {
      values.removeAll { value in !types.contains { $0.includes(value) } }
    }
    for type in SchemaType.allCases where values.contains(where: type.includes) {
      guard let keyword = type.keywords.first(where: { part[$0] != nil }) else { continue }
      throw .notTogether(part["enum"] == nil ? "const" : "enum", keyword, place: part.place)
    }
    return values
  }

  /// Returns what a reference, such as `#/$defs/node`, means.
  func target(_ reference: String, _ place: String) throws(SchemaError) -> JSONValue {
    let steps = reference.split(separator: "/", omittingEmptySubsequences: false)
    guard steps.first == "#" else { throw .noSuchReference(reference, place: place) }
    var value = root
    for step in steps.dropFirst() {
      let name = (String(step).removingPercentEncoding ?? String(step))
        .replacing("~1", with: "/").replacing("~0", with: "~")
      guard let next = value[name] ?? Int(name).flatMap({ value.array?.element(at: $0) }) else {
        throw .noSuchReference(reference, place: place)
      }
      value = next
    }
    return value
  }
}

extension [JSONValue] {
  fileprivate func element(at index: Int) -> JSONValue? {
    indices.contains(index) ? self[index] : nil
  }
}

extension SchemaPart {
  /// The types it names; nil when it names none.
  func types() throws(SchemaError) -> [SchemaType]? {
    guard let value = self["type"] else { return nil }
    let names = value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
    let types = names.compactMap(SchemaType.init(rawValue:))
    guard !types.isEmpty, types.count == (value.array?.count ?? 1) else {
      throw malformed("type", SchemaType.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return types
  }
}

extension SchemaType {
  /// Whether a value is of this type.
  func includes(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.object, .object), (.array, .array), (.string, .string), (.boolean, .bool),
      (.null, .null),
      (.number, .integer), (.number, .number), (.integer, .integer):
      true
    case (.integer, .number(let number)): number.rounded() == number
    default: false
    }
  }
}
