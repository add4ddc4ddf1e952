extension TemplateRenderer {
  func evaluate(
    _ expression: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateValue {
    // The commonest of all need no level of their own.
    switch expression {
    case .constant(let value): return value
    case .name(let name): return lookUp(name)
    default: return try deeper { () throws(ChatTemplateError) in try value(of: expression) }
    }
  }

  func evaluate(_ arguments: TemplateArguments) throws(ChatTemplateError) -> TemplateCall {
    var call = TemplateCall()
    for argument in arguments.plain { call.plain.append(try evaluate(argument)) }
    if let list = arguments.list {
      call.plain += try items(of: evaluate(list), for: "`*` in a call")
      try charge(call.plain.count)
    }
    for (name, argument) in arguments.named { call.named[name] = try evaluate(argument) }
    if let map = arguments.map {
      guard case .map(let map) = try evaluate(map) else {
        throw wrongKind("`**` in a call", "what is no map")
      }
      for (key, value) in map.entries {
        guard let name = key.string else { throw wrongKind("`**` in a call", key.kind) }
        try add(value, named: name, to: &call)
      }
    }
    return call
  }

  /// Gives a call a named argument; each that it has already is looked at.
  func add(
    _ value: TemplateValue, named name: String, to call: inout TemplateCall
  ) throws(ChatTemplateError) {
    try charge(1 + call.named.entries.count / 4)
    call.named[name] = value
  }

  private func value(
    of expression: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateValue {
    switch expression {
    case .constant(let value): return value
    case .name(let name): return lookUp(name)
    case .list(let items): return try list(evaluate(items))
    case .tuple(let items): return try list(evaluate(items), as: .tuple)
    case .captured: return .string(captured)
    case .map(let entries): return try map(entries)
    case .attribute(let base, let attribute):
      return try self.attribute(attribute, of: evaluate(base))
    case .item(let base, let index): return try item(evaluate(index), of: evaluate(base))
    case .slice(let base, let bounds): return try slice(evaluate(base), bounds)
    case .call(let callee, let arguments): return try call(callee, evaluate(arguments))
    case .filter(let base, let name, let arguments):
      return try filter(evaluate(base), name, evaluate(arguments))
    case .test(let base, let name, let arguments, let isNegated):
      let holds = try test(evaluate(base), name, evaluate(arguments))
      return .bool(holds != isNegated)
    case .negative(let operand): return try negative(evaluate(operand))
    case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
    case .binary(let sign, let left, let right): return try binary(sign, left, right)
    case .comparison(let first, let pairs): return try comparison(first, pairs)
    case .conditional(let test, let then, let otherwise):
      if try evaluate(test).isTrue { return try evaluate(then) }
      guard let otherwise else { return .undefined("the missing else") }
      return try evaluate(otherwise)
    }
  }

  private func evaluate(
    _ expressions: [TemplateExpression]
  ) throws(ChatTemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for expression in expressions { values.append(try evaluate(expression)) }
    return values
  }

  private func map(
    _ entries: [(TemplateExpression, TemplateExpression)]
  ) throws(ChatTemplateError) -> TemplateValue {
    var map = TemplateMap([])
    for (name, value) in entries { map.set(try key(evaluate(name)), try evaluate(value)) }
    guard map.depth <= TemplateLimit.depth else { throw tooDeep }
    return .map(map)
  }

  /// A value that may be a key: lists and maps may not.
  func key(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    guard value.isKey else { throw wrongKind("a key", value.kind) }
    return value
  }

  private func attribute(
    _ attribute: TemplateAttribute, of base: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    // What is asked most often.
    if !attribute.isMethodOfMaps, case .map(let map) = base,
      let value = value(at: attribute.key, in: map)
    {
      return value
    }
    return try self.attribute(attribute.name, of: base)
  }

  /// Returns `base.name`, where a method comes before a key, as Jinja has it; undefined when there is
  /// neither; asking something undefined is an error.
  func attribute(
    _ name: String, of base: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    if let own = try ownAttribute(name, of: base) { return own }
    if case .map(let map) = base, let value = value(at: .text(name), in: map) { return value }
    // What Python keeps under such names are the insides of objects.
    guard !name.hasPrefix("__") else { throw unsupported("attribute", name) }
    return .undefined(name)
  }

  /// What Python has under a name in an object, keys of a map left aside; nil for nothing.
  func ownAttribute(
    _ name: String, of base: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue? {
    switch base {
    case .undefined(let undefined): throw self.undefined(undefined)
    case .namespace(let place): return namespaces[place][.text(name)]
    case .loop(let loop):
      if let value = loop.attribute(name) { return value }
    case .list(let list) where list.form == .group && name == "grouper": return list.items[0]
    case .list(let list) where list.form == .group && name == "list": return list.items[1]
    case .macro(let place):
      switch name {
      case "name": return .text(macros[place].macro.name)
      case "arguments":
        return try self.list(macros[place].macro.parameters.map { .text($0.name) }, as: .tuple)
      case "catch_kwargs": return .bool(macros[place].macro.catches.contains("kwargs"))
      case "catch_varargs": return .bool(macros[place].macro.catches.contains("varargs"))
      case "caller": return .bool(macros[place].macro.catches.contains("caller"))
      default: break
      }
    case .turner(let place) where name == "current": return turners[place].current
    default: break
    }
    // What changes its owner is not to be had, whether or not it is a key as well.
    guard TemplateMethods.of(base).contains(name) else { return nil }
    return TemplateMethods.changing.contains(name)
      ? .undefined(name) : .method(of: base, name: name)
  }

  /// Returns `base[key]`, where a key comes before a method.
  func item(
    _ key: TemplateValue, of base: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    switch base {
    case .undefined(let name): throw undefined(name)
    case .map(let map):
      if let value = value(at: key, in: map) { return value }
    case .list(let list) where list.form.hasPlaces:
      if let index = key.wholeNumber {
        let place = index < 0 ? index + list.items.count : index
        return list.items.indices.contains(place) ? list.items[place] : .undefined("\(index)")
      }
    case .string(let text):
      if let index = key.wholeNumber {
        if !text.isASCII { try charge(text.byteCount / TemplateLimit.copied) }
        let place = index < 0 ? index + text.scalarCount : index
        return (0..<text.scalarCount).contains(place)
          ? .string(text.scalar(place)) : .undefined("\(index)")
      }
    default: break
    }
    guard let name = key.string else { return .undefined("the key") }
    return try ownAttribute(name, of: base) ?? .undefined(name)
  }

  /// The value of a key, which counts as looked at.
  func value(at key: TemplateValue, in map: TemplateMap) -> TemplateValue? {
    guard let entry = map.entry(key) else { return nil }
    markRead(entry.key, entry.value)
    return entry.value
  }
}
