/// Variables, and the loops that go through them.
extension TemplateRenderer {
  /// The value of a name; `undefined` when there is none.
  func lookUp(_ name: String) -> TemplateValue {
    for place in scopes.indices.reversed() {
      guard let value = scopes[place][name] else { continue }
      if place == 0 { markRead(name) }
      return value
    }
    return Self.functions.contains(name) ? .function(name) : .undefined(name)
  }

  func set(_ name: String, _ value: TemplateValue) { scopes[scopes.count - 1][name] = value }

  /// Gives a value to a name, to an attribute of a namespace, or its items to several.
  func assign(
    _ value: TemplateValue, to target: TemplateTarget
  ) throws(ChatTemplateError) {
    switch target {
    case .name(let name): set(name, value)
    case .attribute(let name, let attribute):
      guard case .namespace(let place) = lookUp(name) else {
        throw wrongKind("setting an attribute", lookUp(name).kind)
      }
      guard !attribute.hasPrefix("_") else { throw unsupported("attribute", attribute) }
      namespaces[place].set(.text(attribute), value)
      guard namespaces[place].depth <= TemplateLimit.depth else { throw tooDeep }
    case .tuple(let targets):
      let parts = try items(of: value, for: "taking apart")
      guard parts.count == targets.count else {
        throw wrongKind("taking apart into \(targets.count) names", "\(parts.count) values")
      }
      for (target, part) in zip(targets, parts) { try assign(part, to: target) }
    }
  }

  func run(
    _ loop: TemplateFor, over value: TemplateValue, depth: Int = 0
  ) throws(ChatTemplateError) {
    var items = try self.items(of: value, for: "a loop")
    let place = changedValues.count
    changedValues.append(nil)
    scopes.append([:])
    defer { scopes.removeLast() }
    if let condition = loop.condition {
      var kept: [TemplateValue] = []
      for item in items {
        try assign(item, to: loop.target)
        if try evaluate(condition).isTrue { kept.append(item) }
      }
      items = kept
    }
    guard !items.isEmpty else {
      scopes[scopes.count - 1] = [:]
      _ = try run(loop.otherwise)
      return
    }
    let itemDepth = max(0, value.depth - 1)
    for (index, item) in items.enumerated() {
      // What an iteration sets is gone in the next.
      scopes[scopes.count - 1] = [
        "loop": .loop(
          TemplateLoop(
            items: items, index: index, itemDepth: itemDepth, depth: depth,
            node: loop.isRecursive ? loop : nil, place: place))
      ]
      try assign(item, to: loop.target)
      if try run(loop.body) == .breakLoop { break }
    }
  }

  /// Runs `loop(items)` inside a recursive loop, and returns what it wrote.
  func again(
    _ loop: TemplateLoop, _ items: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let node = loop.node else { throw wrongKind("a call", "a loop that is not recursive") }
    guard loop.depth < TemplateLimit.depth / 2 else { throw limit("50 levels of a loop") }
    return .string(
      try captured { () throws(ChatTemplateError) in
        try run(node, over: items, depth: loop.depth + 1)
      })
  }

  /// The items of what a loop or a filter goes through: a map gives its keys.
  func items(
    of value: TemplateValue, for operation: String
  ) throws(ChatTemplateError) -> [TemplateValue] {
    switch value {
    case .list(let list):
      guard case .generator(let number) = list.form else { return list.items }
      return spentGenerators.insert(number).inserted ? list.items : []
    case .map(let map):
      try charge(map.entries.count)
      return map.entries.map(\.key)
    case .string(let text):
      try charge(text.scalarCount)
      return text.scalars.map { .string($0) }
    case .undefined: return []
    default: throw wrongKind(operation, value.kind)
    }
  }
}
