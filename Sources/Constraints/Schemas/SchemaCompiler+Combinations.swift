import Serialization

/// Schemas that are made of others: references, all, any and one of several.
extension SchemaCompiler {
  /// Returns the rule of a schema that has such a keyword; nil for others.
  ///
  /// What stands beside the keyword is joined with each schema that it names.
  mutating func combination(_ part: SchemaPart) throws(SchemaError) -> Rule? {
    for keyword in ["anyOf", "oneOf"] {
      guard let branches = try part.schemas(keyword) else { continue }
      if keyword == "oneOf" { try refuseOverlaps(branches, part) }
      var rest = part.members
      rest[keyword] = nil
      var rules: [Rule] = []
      for (index, branch) in branches.enumerated() {
        let place = "\(part.place(of: keyword))/\(index)"
        rules.append(try rule(joined(rest, branch, place), place))
      }
      return builder.choice(rules)
    }
    if let reference = try part.text("$ref") {
      var rest = part.members
      rest["$ref"] = nil
      let target = try target(reference, part.place(of: "$ref"))
      return try rule(joined(rest, target, part.place), part.place)
    }
    guard let parts = try part.schemas("allOf") else { return nil }
    var rest = part.members
    rest["allOf"] = parts.count > 1 ? .array(Array(parts.dropFirst())) : nil
    return try rule(joined(rest, parts[0], part.place(of: "allOf")), part.place)
  }

  /// Returns a schema for what two allow together.
  private func joined(
    _ a: JSONObject, _ schema: JSONValue, _ place: String
  ) throws(SchemaError) -> JSONValue {
    let said = a.entries.filter { !$0.key.isAnnotation }
    guard !said.isEmpty, schema != .bool(true) else { return said.isEmpty ? schema : .object(a) }
    guard case .object(let b) = schema else { return schema }
    try refuseLeftovers(a, b, place)
    var result = JSONObject(said.map { ($0.key, $0.value) })
    for (keyword, value) in b.entries where !keyword.isAnnotation {
      let other = result[keyword]
      result[keyword] =
        try other.map { (other) throws(SchemaError) in
          try joined(keyword, other, value, place)
        } ?? value
    }
    return .object(result)
  }

  /// Returns one value of a keyword for two.
  private func joined(
    _ keyword: String, _ a: JSONValue, _ b: JSONValue, _ place: String
  ) throws(SchemaError) -> JSONValue {
    guard a != b else { return a }
    switch (keyword, a, b) {
    case ("minimum", _, _), ("exclusiveMinimum", _, _), ("minLength", _, _), ("minItems", _, _),
      ("minProperties", _, _):
      guard let x = Decimal(a), let y = Decimal(b) else { break }
      return x < y ? b : a
    case ("maximum", _, _), ("exclusiveMaximum", _, _), ("maxLength", _, _), ("maxItems", _, _),
      ("maxProperties", _, _):
      guard let x = Decimal(a), let y = Decimal(b) else { break }
      return x < y ? a : b
    case ("required", .array(let x), .array(let y)):
      return .array(x + y.filter { !x.contains($0) })
    case ("enum", .array(let x), .array(let y)): return .array(x.filter(y.contains))
    case ("allOf", .array(let x), .array(let y)): return .array(x + y)
    case ("type", _, _):
      guard let types = try common(a, b, place) else { break }
      return types
    case ("properties", .object(var x), .object(let y)):
      for (name, schema) in y.entries { x[name] = x[name].map { both($0, schema) } ?? schema }
      return .object(x)
    case ("items", _, _), ("additionalProperties", _, _): return both(a, b)
    case ("uniqueItems", _, _): return true
    default: break
    }
    throw .notTogether(keyword, keyword, place: place)
  }

  private func both(_ a: JSONValue, _ b: JSONValue) -> JSONValue {
    a == b || b == true ? a : a == true ? b : ["allOf": [a, b]]
  }

  /// The types that two lists allow; nil when there is none.
  private func common(
    _ a: JSONValue, _ b: JSONValue, _ place: String
  ) throws(SchemaError) -> JSONValue? {
    let (x, y) = (
      try SchemaPart(["type": a], place).types() ?? [],
      try SchemaPart(["type": b], place).types() ?? []
    )
    let types = SchemaType.allCases.filter { type in
      [x, y].allSatisfy { $0.contains(type) || type == .integer && $0.contains(.number) }
    }
    return types.isEmpty ? nil : .array(types.map { .string($0.rawValue) })
  }

  /// Refuses to join schemas where one is about what the other leaves over: other keys than its own, or
  /// elements after its own.
  private func refuseLeftovers(
    _ a: JSONObject, _ b: JSONObject, _ place: String
  ) throws(SchemaError) {
    for (one, other) in [(a, b), (b, a)] {
      let own = Set(one["properties"]?.object?.keys ?? [])
      let others = other["properties"]?.object?.keys ?? []
      if one["additionalProperties"] ?? true != true, !own.isSuperset(of: others) {
        throw .notTogether("additionalProperties", "properties", place: place)
      }
      if one["prefixItems"] != nil, other["prefixItems"] != nil || other["items"] != nil {
        throw .notTogether("prefixItems", "items", place: place)
      }
    }
  }

  // MARK: One of several

  /// Refuses schemas that a value might fit several of.
  private func refuseOverlaps(
    _ branches: [JSONValue], _ part: SchemaPart
  ) throws(SchemaError) {
    var resolved: [SchemaPart] = []
    for branch in branches {
      var schema = branch
      for _ in 0..<8 {
        guard let reference = schema["$ref"]?.string else { break }
        schema = try target(reference, part.place(of: "oneOf"))
      }
      resolved.append(SchemaPart(schema.object ?? JSONObject(), part.place(of: "oneOf")))
    }
    for (index, one) in resolved.enumerated() {
      for other in resolved[(index + 1)...] where try !one.excludes(other) {
        throw .overlapping(place: part.place(of: "oneOf"))
      }
    }
  }
}

extension SchemaPart {
  /// Whether it is plain that no value fits this schema and another: other types, other values, or
  /// objects with other values of a property that both must have.
  fileprivate func excludes(_ other: SchemaPart) throws(SchemaError) -> Bool {
    if let a = listedValues, let b = other.listedValues { return !a.contains(where: b.contains) }
    if let a = try types(), let b = try other.types() {
      let numbers: Set<SchemaType> = [.integer, .number]
      let overlap = a.contains { type in
        b.contains { $0 == type || numbers.isSuperset(of: [$0, type]) }
      }
      if !overlap { return true }
      guard a == [.object], b == [.object] else { return false }
    }
    let required = Set(try texts("required")).intersection(try other.texts("required"))
    let (mine, others) = (try object("properties"), try other.object("properties"))
    return required.contains { name in
      guard let a = mine[name]?.object.flatMap({ SchemaPart($0, place).listedValues }),
        let b = others[name]?.object.flatMap({ SchemaPart($0, place).listedValues })
      else { return false }
      return !a.contains(where: b.contains)
    }
  }

  private var listedValues: [JSONValue]? { self["const"].map { [$0] } ?? self["enum"]?.array }
}

extension String {
  /// Whether a keyword says nothing about a value.
  fileprivate var isAnnotation: Bool {
    SchemaType.annotations.contains(self) || hasPrefix("x-")
  }
}
