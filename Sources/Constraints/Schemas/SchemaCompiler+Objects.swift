import Serialization

/// Objects: the properties in the schema's order, then other keys.
extension SchemaCompiler {
  mutating func object(_ part: SchemaPart) throws(SchemaError) -> Rule {
    try refuseNames(part)
    let properties = try part.object("properties")
    let required = try part.texts("required")
    let extra = try extraValue(part, isOpen: properties.isEmpty && required.isEmpty)
    var members: [(rule: Rule, isRequired: Bool)] = []
    var names = properties.keys
    for (name, schema) in properties.entries {
      let place = "\(part.place)/properties/\(SchemaPart.escaped(name))"
      members.append((member(name, try rule(schema, place)), required.contains(name)))
    }
    for name in required where !names.contains(name) {
      names.append(name)
      let isAllowed = part["additionalProperties"] != .bool(false)
      let value = extra ?? (isAllowed ? anyValue() : builder.add(.choice([])))
      members.append((member(name, value), true))
    }
    let free = extra.map { builder.freeMember($0, besides: names) }
    let counts = try counts(part, members, free)
    return builder.object(self.members(members, free, counts))
  }

  private mutating func member(_ name: String, _ value: Rule) -> Rule {
    builder.sequence([builder.text(JSONValue.string(name).text), builder.colon(), value])
  }

  /// The rule of values of keys that have no property; nil where there may be none.
  private mutating func extraValue(
    _ part: SchemaPart, isOpen: Bool
  ) throws(SchemaError) -> Rule? {
    switch part["additionalProperties"] {
    case .bool(false): nil
    case let schema?: try rule(schema, part.place(of: "additionalProperties"))
    // A model would go on with keys of its own: only what has no properties is open without saying so.
    case nil: isOpen ? anyValue() : nil
    }
  }

  /// How many members there may be, where that is not said by the properties; nil without a limit.
  private func counts(
    _ part: SchemaPart, _ members: [(rule: Rule, isRequired: Bool)], _ free: Rule?
  ) throws(SchemaError) -> (least: Int, most: Int?) {
    let (least, most) = (try part.count("minProperties") ?? 0, try part.count("maxProperties"))
    guard !members.isEmpty else { return (least, most) }
    guard least <= members.count(where: \.isRequired) else {
      throw .notTogether("minProperties", "properties", place: part.place)
    }
    if let most, free != nil || most < members.count {
      throw .notTogether("maxProperties", "properties", place: part.place)
    }
    return (0, nil)
  }

  /// What stands between the braces, and the closing one.
  ///
  /// From the last member to the first: what may follow when something stands before it, after which
  /// there is a comma, and when nothing does.
  private mutating func members(
    _ members: [(rule: Rule, isRequired: Bool)], _ free: Rule?, _ counts: (least: Int, most: Int?)
  ) -> Rule {
    let close = builder.sequence([builder.gap(), builder.text("}")])
    let comma = builder.comma()
    var (after, first) = (close, builder.text("}"))
    if let free {
      let more = builder.sequence([comma, free])
      if members.isEmpty, counts.most == 0 {
        return counts.least == 0 ? first : builder.add(.choice([]))
      }
      if let most = counts.most, most < counts.least { return builder.add(.choice([])) }
      let rest = builder.repetition(more, max(0, counts.least - 1), counts.most.map { $0 - 1 })
      after = builder.sequence([builder.repetition(more, 0, nil), close])
      let some = builder.sequence([free, rest, close])
      first = counts.least > 0 ? some : builder.choice([first, some])
    } else if members.isEmpty, counts.least > 0 {
      return builder.add(.choice([]))
    }
    for (rule, isRequired) in members.reversed() {
      let written = builder.sequence([comma, rule, after])
      let begun = builder.sequence([rule, after])
      (after, first) =
        isRequired
        ? (written, begun)
        : (builder.choice([written, after]), builder.choice([begun, first]))
    }
    return first
  }

  /// Refuses what would limit the names of keys, but for what all names are.
  private func refuseNames(_ part: SchemaPart) throws(SchemaError) {
    guard let names = part["propertyNames"], names != .bool(true) else { return }
    let isVacuous = names.object?.entries.allSatisfy { key, value in
      SchemaType.annotations.contains(key) || key == "type" && value == "string"
    }
    guard isVacuous == true else {
      throw .unsupported(keyword: "propertyNames", place: part.place(of: "propertyNames"))
    }
  }
}
