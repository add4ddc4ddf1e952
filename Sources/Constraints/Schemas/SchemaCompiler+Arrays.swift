import Serialization

/// Arrays: elements with a schema each, then more of one schema.
extension SchemaCompiler {
  mutating func array(_ part: SchemaPart) throws(SchemaError) -> Rule {
    let (least, asked) = (try part.count("minItems") ?? 0, try part.count("maxItems"))
    if part["uniqueItems"] ?? false != false, asked ?? 2 > 1 {
      throw .unsupported(keyword: "uniqueItems", place: part.place(of: "uniqueItems"))
    }
    var heads: [Rule] = []
    for (index, schema) in (try part.schemas("prefixItems") ?? []).enumerated() {
      heads.append(try rule(schema, "\(part.place(of: "prefixItems"))/\(index)"))
    }
    var most = asked
    if part["items"] == .bool(false) { most = min(asked ?? heads.count, heads.count) }
    let item =
      try part["items"].map { (schema) throws(SchemaError) in
        try rule(schema, part.place(of: "items"))
      } ?? anyValue()
    if let most, most < least { return builder.add(.choice([])) }
    return builder.array(elements(heads, item, least, most))
  }

  /// What stands between the brackets, and the closing one.
  private mutating func elements(
    _ heads: [Rule], _ item: Rule, _ least: Int, _ most: Int?
  ) -> Rule {
    let (comma, empty) = (builder.comma(), builder.text("]"))
    let close = builder.sequence([builder.gap(), empty])
    guard most != 0 else { return empty }
    // The first element has no comma; after it come the other heads, then items.
    let singles = heads.isEmpty ? [item] : Array(heads.prefix(most ?? heads.count))
    let more = builder.repetition(
      builder.sequence([comma, item]), max(0, least - singles.count),
      most.map { $0 - singles.count })
    var after = builder.sequence([more, close])
    for (index, single) in singles.enumerated().reversed() {
      let written = builder.sequence(index == 0 ? [single, after] : [comma, single, after])
      let mayEnd = index >= least
      after = mayEnd ? builder.choice([index == 0 ? empty : close, written]) : written
    }
    return after
  }
}
