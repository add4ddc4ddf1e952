/// Statements that give names to values, texts and macros.
extension TemplateParser {
  mutating func set() throws(ChatTemplateError) -> TemplateNode.Kind {
    let target = try targets(namespaces: true)
    guard take("=") else {
      if case .tuple = target { throw unexpected("`=`") }
      let filtered = try filters(.captured)
      return .setBlock(target: target, filtered, try block("endset"))
    }
    let value = try tuple()
    try endTag()
    return .set(target, value)
  }

  /// Reads names with commas between, perhaps in parentheses.
  mutating func targets(namespaces: Bool) throws(ChatTemplateError) -> TemplateTarget {
    var targets = [try target(namespaces: namespaces)]
    var isTuple = false
    while take(",") {
      isTuple = true
      guard !stands("="), !stands(")"), tokenPlace < tokens.count else { break }
      targets.append(try target(namespaces: namespaces))
    }
    return isTuple ? .tuple(targets) : targets[0]
  }

  private mutating func target(namespaces: Bool) throws(ChatTemplateError) -> TemplateTarget {
    if take("(") {
      try countLink()
      let inner = try targets(namespaces: namespaces)
      try expect(")")
      return inner
    }
    let name = try self.name("a name")
    if ["true", "false", "none", "True", "False", "None"].contains(name) {
      throw failure(.syntax(expected: "a name", found: "`\(name)`"))
    }
    guard namespaces, take(".") else { return .name(name) }
    return .attribute(name, try self.name("an attribute"))
  }

  mutating func macro() throws(ChatTemplateError) -> TemplateNode.Kind {
    let name = try self.name("the macro's name")
    let outer = caught
    caught = []
    defer { caught = outer }
    try expect("(")
    let parameters = try parameters()
    let body = try block("endmacro")
    return .macro(
      TemplateMacro(name: name, parameters: parameters, body: body, catches: caught))
  }

  mutating func callBlock() throws(ChatTemplateError) -> TemplateNode.Kind {
    let parameters = take("(") ? try parameters() : []
    guard case .call(let callee, let arguments) = try expression() else {
      throw unexpected("a call")
    }
    let body = try block("endcall")
    let caller = TemplateMacro(name: "caller", parameters: parameters, body: body, catches: [])
    return .callBlock(callee, arguments, caller: caller)
  }

  mutating func with() throws(ChatTemplateError) -> TemplateNode.Kind {
    var values: [(target: String, value: TemplateExpression)] = []
    while tokenPlace < tokens.count {
      if !values.isEmpty { try expect(",") }
      let name = try self.name("a name")
      try expect("=")
      values.append((name, try expression()))
    }
    return .with(values, try block("endwith"))
  }

  /// Reads parameters; the opening parenthesis has been read.
  private mutating func parameters() throws(ChatTemplateError)
    -> [(name: String, fallback: TemplateExpression?)]
  {
    var parameters: [(name: String, fallback: TemplateExpression?)] = []
    while !take(")") {
      if !parameters.isEmpty {
        try expect(",")
        if take(")") { break }
      }
      let parameter = try self.name("a parameter")
      parameters.append((parameter, take("=") ? try expression() : nil))
    }
    return parameters
  }
}
