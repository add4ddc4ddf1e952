/// Operands: names, constants, calls, filters and tests.
extension TemplateParser {
  mutating func primary() throws(ChatTemplateError) -> TemplateExpression {
    guard tokenPlace < tokens.count else { throw unexpected("an expression") }
    let token = tokens[tokenPlace]
    tokenPlace += 1
    switch token.kind {
    case .int(let value): return .constant(.int(value))
    case .float(let value): return .constant(.float(value))
    case .string(let text): return .constant(.text(text + followingTexts()))
    case .name(let name):
      if ["varargs", "kwargs", "caller"].contains(name) { caught.insert(name) }
      return Self.constant(name).map { .constant($0) } ?? .name(name)
    case .sign("("): return try group()
    case .sign("["): return .list(try list(until: "]"))
    case .sign("{"): return try map()
    case .sign:
      tokenPlace -= 1
      throw unexpected("an expression")
    }
  }

  /// Texts that stand side by side are one, as in Python.
  private mutating func followingTexts() -> String {
    var text = ""
    while tokenPlace < tokens.count, case .string(let more) = tokens[tokenPlace].kind {
      text += more
      tokenPlace += 1
    }
    return text
  }

  private static func constant(_ name: String) -> TemplateValue? {
    switch name {
    case "true", "True": .bool(true)
    case "false", "False": .bool(false)
    case "none", "None": TemplateValue.none
    default: nil
    }
  }

  private mutating func group() throws(ChatTemplateError) -> TemplateExpression {
    if take(")") { return .tuple([]) }
    let first = try expression()
    if take(")") { return first }
    try expect(",")
    return .tuple([first] + (try list(until: ")")))
  }

  private mutating func list(until end: String) throws(ChatTemplateError) -> [TemplateExpression] {
    var items: [TemplateExpression] = []
    while !take(end) {
      items.append(try expression())
      guard take(",") else {
        try expect(end)
        break
      }
    }
    return items
  }

  private mutating func map() throws(ChatTemplateError) -> TemplateExpression {
    var entries: [(TemplateExpression, TemplateExpression)] = []
    while !take("}") {
      let key = try expression()
      try expect(":")
      entries.append((key, try expression()))
      guard take(",") else {
        try expect("}")
        break
      }
    }
    return .map(entries)
  }

  /// Reads `.name`, `[…]` and `(…)` after a value.
  mutating func postfix(
    _ value: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    var value = value
    while true {
      if take(".") {
        value = try attribute(of: value)
      } else if take("[") {
        value = try item(of: value)
      } else if take("(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
      try countLink()
    }
  }

  private mutating func attribute(
    of value: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    // `pair.0` is the first item.
    if tokenPlace < tokens.count, case .int(let place) = tokens[tokenPlace].kind {
      tokenPlace += 1
      return .item(value, .constant(.int(place)))
    }
    return .attribute(value, TemplateAttribute(try name("an attribute")))
  }

  private mutating func item(
    of value: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    var bounds: [TemplateExpression?] = [nil]
    while !take("]") {
      if take(":") {
        bounds.append(nil)
      } else {
        bounds[bounds.count - 1] = try expression()
        if !stands(":"), !stands("]") { throw unexpected("`]`") }
      }
    }
    if bounds.count == 1, let index = bounds[0] { return .item(value, index) }
    guard (2...3).contains(bounds.count) else { throw unexpected("an index before it") }
    return .slice(value, bounds)
  }

  /// Reads `| filter` and `is test` after a value.
  mutating func filters(
    _ value: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    var value = value
    while true {
      if take("|") {
        let name = try self.name("a filter")
        value = .filter(value, name, take("(") ? try arguments() : TemplateArguments())
        value = try postfix(value)
      } else if takeName("is") {
        let isNegated = takeName("not")
        let name = try self.name("a test")
        value = .test(value, name, try testArguments(), isNegated: isNegated)
      } else {
        return value
      }
      try countLink()
    }
  }

  /// Reads what a test is given: in parentheses, or one value right after it.
  private mutating func testArguments() throws(ChatTemplateError) -> TemplateArguments {
    if take("(") { return try arguments() }
    guard tokenPlace < tokens.count else { return TemplateArguments() }
    switch tokens[tokenPlace].kind {
    case .name("else"), .name("or"), .name("and"), .name("is"), .name("if"), .name("in"),
      .name("not"):
      return TemplateArguments()
    case .sign(let sign) where !["[", "{"].contains(sign): return TemplateArguments()
    default: return TemplateArguments(plain: [try postfix(try primary())])
    }
  }

  /// Reads arguments; the opening parenthesis has been read.
  mutating func arguments() throws(ChatTemplateError) -> TemplateArguments {
    var arguments = TemplateArguments()
    while !take(")") {
      if take("**") {
        arguments.map = try expression()
      } else if take("*") {
        arguments.list = try expression()
      } else if tokenPlace + 1 < tokens.count, case .name(let name) = tokens[tokenPlace].kind,
        tokens[tokenPlace + 1].kind == .sign("=")
      {
        tokenPlace += 2
        arguments.named.append((name, try expression()))
      } else {
        arguments.plain.append(try expression())
      }
      guard take(",") else {
        try expect(")")
        break
      }
    }
    return arguments
  }
}
