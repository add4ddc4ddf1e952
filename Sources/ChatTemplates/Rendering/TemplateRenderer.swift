/// Runs the statements of a template.
///
/// One for each rendering: it holds the variables, the namespaces and what has been used up of the
/// limits.
final class TemplateRenderer {
  /// How a statement ended.
  private enum Flow { case onward, breakLoop, continueLoop }

  let now: ChatTemplateTime
  /// The variables, from the outermost; what is not in the last is looked for before it.
  var scopes: [[String: TemplateValue]]
  var namespaces: [TemplateMap] = []
  /// The macros, with the variables that a block sees which is called as one.
  private(set) var macros: [(macro: TemplateMacro, scopes: [[String: TemplateValue]]?)] = []
  /// What `loop.changed` was asked last, for each run of a loop.
  var changedValues: [TemplateValue?] = []
  /// What the block wrote whose filters run now.
  private(set) var captured = ""
  private var output = ""
  private var steps = 0
  private var depth = 0
  private var macroDepth = 0
  private(set) var line = 1

  init(globals: [String: TemplateValue], now: ChatTemplateTime) {
    scopes = [globals]
    self.now = now
  }

  func render(_ body: [TemplateNode]) throws(ChatTemplateError) -> String {
    _ = try run(body)
    return output
  }

  private func run(_ nodes: [TemplateNode]) throws(ChatTemplateError) -> Flow {
    for node in nodes {
      line = node.line
      try charge()
      let flow = try run(node)
      if flow != .onward { return flow }
    }
    return .onward
  }

  private func run(_ node: TemplateNode) throws(ChatTemplateError) -> Flow {
    switch node.kind {
    case .text(let text): try write(text)
    case .output(let expression): try write(text(of: evaluate(expression)))
    case .condition(let branches, let otherwise):
      for (test, body) in branches where try evaluate(test).isTrue { return try run(body) }
      return try run(otherwise)
    case .loop(let loop): try run(loop, over: evaluate(loop.items))
    case .set(let targets, let expression): try set(targets, evaluate(expression))
    case .setBlock(let target, let filters, let body):
      try assign(filtered(body, by: filters), to: target)
    case .macro(let macro):
      macros.append((macro, nil))
      set(macro.name, .macro(macros.count - 1))
    case .callBlock(let callee, let arguments, let caller):
      var call = try evaluate(arguments)
      macros.append((caller, scopes))
      call.named["caller"] = .macro(macros.count - 1)
      try write(text(of: self.call(callee, call)))
    case .with(let values, let body):
      var scope: [String: TemplateValue] = [:]
      for (name, value) in values { scope[name] = try evaluate(value) }
      scopes.append(scope)
      defer { scopes.removeLast() }
      return try run(body)
    case .filter(let filters, let body): try write(text(of: filtered(body, by: filters)))
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    }
    return .onward
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

  private func run(
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
        try bind(loop.names, to: item)
        if try evaluate(condition).isTrue { kept.append(item) }
      }
      items = kept
    }
    if items.isEmpty { _ = try run(loop.otherwise) }
    for (index, item) in items.enumerated() {
      // What an iteration sets is gone in the next.
      scopes[scopes.count - 1] = [
        "loop": .loop(
          TemplateLoop(
            items: items, index: index, depth: depth, node: loop.isRecursive ? loop : nil,
            place: place))
      ]
      try bind(loop.names, to: item)
      if try run(loop.body) == .breakLoop { break }
    }
  }

  private func bind(_ names: [String], to item: TemplateValue) throws(ChatTemplateError) {
    guard names.count > 1 else { return set(names[0], item) }
    let parts = try items(of: item, for: "taking apart")
    guard parts.count == names.count else {
      throw wrongKind("taking apart into \(names.count) names", "\(parts.count) values")
    }
    for (name, part) in zip(names, parts) { set(name, part) }
  }

  private func set(
    _ targets: [TemplateTarget], _ value: TemplateValue
  ) throws(ChatTemplateError) {
    guard targets.count > 1 else { return try assign(value, to: targets[0]) }
    let parts = try items(of: value, for: "taking apart")
    guard parts.count == targets.count else {
      throw wrongKind("taking apart into \(targets.count) names", "\(parts.count) values")
    }
    for (target, part) in zip(targets, parts) { try assign(part, to: target) }
  }

  private func assign(
    _ value: TemplateValue, to target: TemplateTarget
  ) throws(ChatTemplateError) {
    guard let attribute = target.attribute else { return set(target.name, value) }
    guard case .namespace(let place) = lookUp(target.name) else {
      throw wrongKind("setting an attribute", lookUp(target.name).kind)
    }
    namespaces[place].set(.string(attribute), value)
    guard namespaces[place].depth <= TemplateLimit.depth else { throw tooDeep }
  }

  private func set(_ name: String, _ value: TemplateValue) {
    scopes[scopes.count - 1][name] = value
  }

  /// The value of a name; `undefined` when there is none.
  func lookUp(_ name: String) -> TemplateValue {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return Self.functions.contains(name) ? .function(name) : .undefined(name)
  }

  /// Runs a macro, which sees the outermost variables and its own, and returns what it wrote.
  func call(
    macro place: Int, _ arguments: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let (macro, own) = macros[place]
    macroDepth += 1
    defer { macroDepth -= 1 }
    guard macroDepth <= TemplateLimit.depth / 2 else { throw limit("50 levels of macro calls") }
    let extra = try extra(arguments, of: macro)
    let outer = scopes
    let lineOfCall = line
    scopes = (own ?? [outer[0]]) + [extra]
    defer {
      // A macro cannot change outer variables, so these are as they were.
      scopes = outer
      line = lineOfCall
    }
    for (index, parameter) in macro.parameters.enumerated() {
      if index < arguments.plain.count {
        set(parameter.name, arguments.plain[index])
      } else if let value = arguments.named[parameter.name] {
        set(parameter.name, value)
      } else if let fallback = parameter.fallback {
        set(parameter.name, try evaluate(fallback))
      } else {
        set(parameter.name, .undefined(parameter.name))
      }
    }
    return .string(
      try captured { () throws(ChatTemplateError) in _ = try run(macro.body) })
  }

  /// The arguments that no parameter takes, as the macro names them; one that it has no name for is
  /// an error, as in Jinja.
  private func extra(
    _ arguments: TemplateCall, of macro: TemplateMacro
  ) throws(ChatTemplateError) -> [String: TemplateValue] {
    let rest = arguments.plain.dropFirst(macro.parameters.count)
    let names = macro.parameters.prefix(arguments.plain.count).map(\.name)
    let known = Set(macro.parameters.map(\.name))
    var extra: [String: TemplateValue] = [:]
    var others: [(TemplateValue, TemplateValue)] = []
    for (name, value) in arguments.named.entries {
      guard !names.contains(name) else {
        throw wrongKind("the macro `\(macro.name)`", "two values for `\(name)`")
      }
      if name == "caller", macro.catches.contains("caller") {
        extra["caller"] = value
      } else if !known.contains(name) {
        guard macro.catches.contains("kwargs") else {
          throw wrongKind("the macro `\(macro.name)`", "the argument `\(name)`")
        }
        others.append((.string(name), value))
      }
    }
    guard rest.isEmpty || macro.catches.contains("varargs") else {
      throw wrongKind("the macro `\(macro.name)`", "\(arguments.plain.count) arguments")
    }
    if macro.catches.contains("varargs") { extra["varargs"] = try list(Array(rest), as: .tuple) }
    if macro.catches.contains("kwargs") { extra["kwargs"] = .map(TemplateMap(others)) }
    if macro.catches.contains("caller"), extra["caller"] == nil {
      extra["caller"] = .undefined("caller")
    }
    return extra
  }

  /// Runs statements and returns what they wrote instead of writing it.
  private func captured(
    _ body: () throws(ChatTemplateError) -> Void
  ) throws(ChatTemplateError) -> String {
    let outer = output
    output = ""
    defer { output = outer }
    try body()
    return output
  }

  /// Returns what filters make of what statements write.
  private func filtered(
    _ body: [TemplateNode], by filters: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateValue {
    let text = try captured { () throws(ChatTemplateError) in _ = try run(body) }
    let outer = captured
    captured = text
    defer { captured = outer }
    return try evaluate(filters)
  }

  private func write(_ text: String) throws(ChatTemplateError) {
    try chargeText(output.utf8.count + text.utf8.count, copied: text.utf8.count)
    output += text
  }
}

/// Limits and errors.
extension TemplateRenderer {
  /// Counts `count` steps.
  func charge(_ count: Int = 1) throws(ChatTemplateError) {
    steps += count
    guard steps <= TemplateLimit.steps else { throw limit("1,000,000 steps") }
  }

  /// Counts making a text of `byteCount` bytes, of which `copied` had to be moved.
  func chargeText(_ byteCount: Int, copied: Int) throws(ChatTemplateError) {
    guard byteCount <= TemplateLimit.bytes else { throw limit("1 MiB of text") }
    try charge(copied / 256)
  }

  /// Returns a new list, when it is not nested too deeply; its items count as steps.
  func list(
    _ items: [TemplateValue], as form: TemplateList.Form = .list
  ) throws(ChatTemplateError) -> TemplateValue {
    try charge(items.count / 8)
    let list = TemplateList(items, as: form)
    guard list.depth <= TemplateLimit.depth else { throw tooDeep }
    return .list(list)
  }

  /// Runs `body` one level deeper.
  func deeper<Result>(
    _ body: () throws(ChatTemplateError) -> Result
  ) throws(ChatTemplateError) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 10 * TemplateLimit.depth else { throw tooDeep }
    try charge()
    return try body()
  }

  var tooDeep: ChatTemplateError { limit("100 levels of nesting") }

  func limit(_ name: String) -> ChatTemplateError {
    ChatTemplateError(fault: .limit(name), line: line)
  }

  func wrongKind(_ operation: String, _ found: String) -> ChatTemplateError {
    ChatTemplateError(fault: .wrongKind(operation: operation, found: found), line: line)
  }

  func unsupported(_ kind: String, _ name: String) -> ChatTemplateError {
    ChatTemplateError(fault: .unsupported(kind: kind, name: name), line: line)
  }
}
