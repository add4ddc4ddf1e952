/// What may stand after `|`.
extension TemplateRenderer {
  func filter(
    _ value: TemplateValue, _ name: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch name {
    case "default", "d":
      let isAbsent = !value.isDefined || call.value(1, "boolean")?.isTrue == true && !value.isTrue
      return isAbsent ? call.value(0, "default_value") ?? .text("") : value
    case "attr":
      guard let attribute = call.value(0, "name")?.string else {
        throw wrongKind("`attr`", "no name")
      }
      // Keys of a map are no attributes of it.
      return try ownAttribute(attribute, of: value) ?? .undefined(attribute)
    case "length", "count": return .int(try length(of: value))
    case "items": return try pairs(value)
    case "dictsort": return try sortedPairs(value, call)
    case "round", "abs", "int", "float": return try numberFilter(value, name, call)
    default:
      if let text = try textFilter(value, name, call) { return try counted(text) }
      return try listFilter(value, name, call)
    }
  }

  private func length(of value: TemplateValue) throws(ChatTemplateError) -> Int {
    switch value {
    case .string(let text): return text.scalarCount
    case .list(let list) where !list.form.isGenerator: return list.items.count
    case .map(let map): return map.entries.count
    case .undefined: return 0
    case .loop(let loop): return loop.items.count
    default: throw wrongKind("`length`", value.kind)
    }
  }

  private func pairs(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    guard value.isDefined else { return try generator([]) }
    guard case .map(let map) = value else { throw wrongKind("`items`", value.kind) }
    return try generator(pairs(of: map))
  }

  /// Pairs in the order of their keys or, `by='value'`, of their values.
  private func sortedPairs(
    _ value: TemplateValue, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let place = (call.value(1, "by")?.string ?? "key") == "value" ? 1 : 0
    let isExact = call.value(0, "case_sensitive")?.isTrue ?? false
    guard case .map(let map) = value else { throw wrongKind("`dictsort`", value.kind) }
    let pairs = try pairs(of: map)
    var keys: [TemplateValue] = []
    for case .list(let pair) in pairs {
      keys.append(isExact ? pair.items[place] : pair.items[place].withoutCase)
    }
    let isReversed = call.value(2, "reverse")?.isTrue ?? false
    return try list(try sortedPlaces(keys, reversed: isReversed).map { pairs[$0] })
  }
}
