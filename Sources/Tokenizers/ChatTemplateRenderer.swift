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
  private(set) var macros: [TemplateMacro] = []
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
    case .loop(let loop): try run(loop)
    case .set(let targets, let expression): try set(targets, evaluate(expression))
    case .setBlock(let target, let body): try assign(.string(try captured(body)), to: target)
    case .macro(let macro):
      macros.append(macro)
      set(macro.name, .macro(macros.count - 1))
    case .filter(let name, let arguments, let body):
      let value = TemplateValue.string(try captured(body))
      try write(text(of: filter(value, name, evaluate(arguments))))
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    }
    return .onward
  }

  private func run(_ loop: TemplateFor) throws(ChatTemplateError) {
    var items = try self.items(of: evaluate(loop.items), for: "a loop")
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
      scopes[scopes.count - 1] = ["loop": .loop(TemplateLoop(items: items, index: index))]
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
    _ macro: TemplateMacro, _ arguments: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    macroDepth += 1
    defer { macroDepth -= 1 }
    guard macroDepth <= TemplateLimit.depth / 2 else { throw limit("50 levels of macro calls") }
    guard arguments.plain.count <= macro.parameters.count else {
      throw wrongKind("the macro `\(macro.name)`", "\(arguments.plain.count) arguments")
    }
    let outer = scopes
    let lineOfCall = line
    scopes = [outer[0], [:]]
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
    return .string(try captured(macro.body))
  }

  /// Runs statements and returns what they wrote instead of writing it.
  private func captured(_ body: [TemplateNode]) throws(ChatTemplateError) -> String {
    let outer = output
    output = ""
    defer { output = outer }
    _ = try run(body)
    return output
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
  func list(_ items: [TemplateValue]) throws(ChatTemplateError) -> TemplateValue {
    try charge(items.count / 8)
    let list = TemplateList(items)
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
