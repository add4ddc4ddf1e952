/// The template's own functions.
extension TemplateRenderer {
  /// Keeps a macro with the variables around it.
  func define(_ macro: TemplateMacro) throws(ChatTemplateError) -> TemplateValue {
    // What is set after this copies the variables.
    try charge(scopes.last?.count ?? 0)
    let value = TemplateValue.macro(macros.count)
    var around = Array(scopes.dropFirst())
    // One that is defined inside another may call itself.
    if !around.isEmpty { around[around.count - 1][macro.name] = value }
    macros.append((macro, around))
    return value
  }

  /// Runs a macro, which sees the variables around its definition and its own, and returns what it
  /// wrote.
  func call(
    macro place: Int, _ arguments: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    let (macro, around) = macros[place]
    macroDepth += 1
    defer { macroDepth -= 1 }
    guard macroDepth <= TemplateLimit.depth / 2 else { throw limit("50 levels of macro calls") }
    let extra = try extra(arguments, of: macro)
    let outer = scopes
    let lineOfCall = line
    scopes = [outer[0]] + around + [extra]
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
    return .string(try captured { () throws(ChatTemplateError) in _ = try run(macro.body) })
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
        others.append((.text(name), value))
      }
    }
    guard rest.isEmpty || macro.catches.contains("varargs") else {
      throw wrongKind("the macro `\(macro.name)`", "\(arguments.plain.count) arguments")
    }
    if macro.catches.contains("varargs") { extra["varargs"] = try list(Array(rest), as: .tuple) }
    if macro.catches.contains("kwargs") { extra["kwargs"] = .map(TemplateMap(others)) }
    if macro.catches.contains("caller"), extra["caller"] == nil, !known.contains("caller") {
      extra["caller"] = .undefined("caller")
    }
    return extra
  }
}
