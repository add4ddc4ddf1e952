/// Filters that go through a list.
extension TemplateRenderer {
  func listFilter(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let known = [
      "list", "first", "last", "reverse", "join", "map", "select", "reject", "selectattr",
      "rejectattr", "unique", "sort", "min", "max", "sum", "batch", "slice", "groupby", "random",
    ]
    guard known.contains(name) else { throw unsupported("filter", name) }
    // As in Jinja, these take none for an empty list.
    let isLenient = ["map", "select", "reject", "selectattr", "rejectattr"].contains(name)
    // Each scalar of a text would be made a text otherwise.
    if case .string(let text) = value, !text.isEmpty, name == "first" || name == "last" {
      return .string(text.scalar(name == "first" ? 0 : text.scalarCount - 1))
    }
    let items = isLenient && !value.isTrue ? [] : try self.items(of: value, for: "`\(name)`")
    try charge(items.count)
    switch name {
    case "list": return try list(items)
    // Any item is right for `random`: the same text each time is better than another.
    case "first", "random": return items.first ?? .undefined("the first item")
    case "last": return items.last ?? .undefined("the last item")
    case "reverse":
      if case .string(let text) = value { return .string(text.scalars.reversed().joined()) }
      return try generator(items.reversed())
    case "join": return try counted(join(items, call))
    case "map": return try map(items, call)
    case "select", "reject", "selectattr", "rejectattr": return try select(items, name, call)
    case "unique": return try unique(items, call)
    case "sum": return try sum(items, call)
    case "batch": return try batches(items, call)
    case "slice": return try slices(items, call)
    case "groupby": return try groups(items, call)
    default: return try ordered(items, name, call)
    }
  }

  private func join(
    _ items: [TemplateValue], _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let separator = try text(of: call.value(0, "d") ?? .text(""))
    let path = call.value(1, "attribute")?.string
    var parts: [TemplateText] = []
    var count = 0
    for item in items {
      let part = try text(
        of: path.map { (path) throws(ChatTemplateError) in
          try value(at: path, of: item)
        } ?? item)
      count += part.byteCount + separator.byteCount
      try chargeText(count, copied: part.weight)
      parts.append(separator.isMarkup ? part.asMarkup : part)
    }
    return .string(parts.joined(by: separator))
  }

  private func map(
    _ items: [TemplateValue], _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    var mapped: [TemplateValue] = []
    let attribute = call.named["attribute"]
    if let path = attribute?.wholeNumber.map({ String($0) }) ?? attribute?.string {
      for item in items {
        let found = try value(at: path, of: item)
        mapped.append(found.isDefined ? found : call.named["default"] ?? found)
      }
      return try generator(mapped)
    }
    guard let name = call.plain.first?.string else { throw wrongKind("`map`", "no filter") }
    let rest = TemplateCall(plain: Array(call.plain.dropFirst()), named: call.named)
    for item in items {
      mapped.append(try deeper { () throws(ChatTemplateError) in try filter(item, name, rest) })
    }
    return try generator(mapped)
  }

  /// Keeps or drops the items for which a test holds, of themselves or of an attribute.
  private func select(
    _ items: [TemplateValue], _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let isByAttribute = name.hasSuffix("attr")
    let path =
      isByAttribute
      ? call.plain.first?.wholeNumber.map { String($0) } ?? call.plain.first?.string : nil
    guard path != nil || !isByAttribute else { throw wrongKind("`\(name)`", "no attribute") }
    let words = Array(call.plain.dropFirst(isByAttribute ? 1 : 0))
    let rest = TemplateCall(plain: Array(words.dropFirst()), named: call.named)
    var kept: [TemplateValue] = []
    for item in items {
      var subject = item
      if let path { subject = try value(at: path, of: item) }
      let holds =
        try words.first?.string.map { (test) throws(ChatTemplateError) in
          try self.test(subject, test, rest)
        } ?? subject.isTrue
      if holds != name.hasPrefix("reject") { kept.append(item) }
    }
    return try generator(kept)
  }

  /// The value at a path such as `function.name`.
  func value(
    at path: String, of item: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    var value = item
    for part in path.split(separator: ".") {
      if case .list(let list) = value, let place = Int(part), list.items.indices.contains(place) {
        value = list.items[place]
      } else {
        // As after a subscript, a key comes before a method.
        value = try self.item(.text(String(part)), of: value)
      }
    }
    return value
  }

  private func sum(
    _ items: [TemplateValue], _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    var total = call.value(1, "start") ?? .int(0)
    for item in items {
      let part = try key(call.value(0, "attribute"), of: item)
      total = try binary(.plus, total, part)
    }
    return total
  }
}
