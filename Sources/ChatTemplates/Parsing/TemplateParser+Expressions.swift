/// Expressions, by climbing precedence.
extension TemplateParser {
  /// Reads `a, b` as a tuple, as Jinja does outside of parentheses.
  mutating func tuple() throws(ChatTemplateError) -> TemplateExpression {
    let first = try expression()
    guard stands(",") else { return first }
    var items = [first]
    while take(","), tokenPlace < tokens.count { items.append(try expression()) }
    return .tuple(items)
  }

  /// Reads `a if test else b`, or what binds closer.
  mutating func expression() throws(ChatTemplateError) -> TemplateExpression {
    expressionDepth += 1
    defer { expressionDepth -= 1 }
    guard expressionDepth <= TemplateLimit.depth else {
      throw failure(.limit("100 levels of parentheses"))
    }
    var value = try binary(1)
    while takeName("if") {
      try countLink()
      let test = try binary(1)
      let otherwise = takeName("else") ? try expression() : nil
      value = .conditional(test, then: value, otherwise: otherwise)
    }
    return value
  }

  /// How closely each operator binds; `not` is 3, comparisons 4.
  private static let precedences = [
    "or": 1, "and": 2, "+": 5, "-": 5, "~": 6, "*": 7, "/": 7, "//": 7, "%": 7, "**": 8,
  ]
  private static let comparisons = ["==", "!=", "<", "<=", ">", ">="]

  /// Reads operators that bind at least as closely as `lowest`.
  mutating func binary(_ lowest: Int) throws(ChatTemplateError) -> TemplateExpression {
    var left: TemplateExpression
    if lowest <= 3, takeName("not") {
      try countLink()
      left = .not(try binary(3))
    } else {
      left = try unary(withFilters: true)
    }
    while true {
      if lowest <= 4, let sign = comparisonSign() {
        left = try comparison(left, sign)
        continue
      }
      guard let sign = currentText, let precedence = Self.precedences[sign], precedence >= lowest
      else { return left }
      tokenPlace += 1
      try countLink()
      left = .binary(sign, left, try binary(precedence + 1))
    }
  }

  private mutating func comparison(
    _ left: TemplateExpression, _ first: String
  ) throws(ChatTemplateError) -> TemplateExpression {
    var pairs: [(sign: String, value: TemplateExpression)] = []
    var next: String? = first
    while let sign = next {
      try countLink()
      pairs.append((sign, try binary(5)))
      next = comparisonSign()
    }
    return .comparison(left, pairs)
  }

  /// Reads a comparison's sign, `in` and `not in` among them.
  private mutating func comparisonSign() -> String? {
    if let sign = currentText, Self.comparisons.contains(sign) {
      tokenPlace += 1
      return sign
    }
    if takeName("in") { return "in" }
    let isNotIn =
      tokenPlace + 1 < tokens.count && tokens[tokenPlace].kind == .name("not")
      && tokens[tokenPlace + 1].kind == .name("in")
    if isNotIn { tokenPlace += 2 }
    return isNotIn ? "not in" : nil
  }

  private mutating func unary(withFilters: Bool) throws(ChatTemplateError) -> TemplateExpression {
    var value: TemplateExpression
    if take("-") {
      try countLink()
      value = .negative(try unary(withFilters: false))
    } else if take("+") {
      try countLink()
      value = try unary(withFilters: false)
    } else {
      value = try primary()
    }
    value = try postfix(value)
    return withFilters ? try filters(value) : value
  }

  private mutating func primary() throws(ChatTemplateError) -> TemplateExpression {
    guard tokenPlace < tokens.count else { throw unexpected("an expression") }
    let token = tokens[tokenPlace]
    tokenPlace += 1
    switch token.kind {
    case .int(let value): return .constant(.int(value))
    case .float(let value): return .constant(.float(value))
    case .string(let text): return .constant(.string(text + followingTexts()))
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
  private mutating func postfix(
    _ value: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateExpression {
    var value = value
    while true {
      if take(".") {
        value = .attribute(value, try name("an attribute"))
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
      if tokenPlace + 1 < tokens.count, case .name(let name) = tokens[tokenPlace].kind,
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

/// Reading single tokens.
extension TemplateParser {
  /// The current word or sign.
  private var currentText: String? {
    guard tokenPlace < tokens.count else { return nil }
    switch tokens[tokenPlace].kind {
    case .name(let text), .sign(let text): return text
    default: return nil
    }
  }

  func stands(_ sign: String) -> Bool {
    tokenPlace < tokens.count && tokens[tokenPlace].kind == .sign(sign)
  }

  mutating func take(_ sign: String) -> Bool {
    guard stands(sign) else { return false }
    tokenPlace += 1
    return true
  }

  mutating func takeName(_ name: String) -> Bool {
    guard tokenPlace < tokens.count, tokens[tokenPlace].kind == .name(name) else { return false }
    tokenPlace += 1
    return true
  }

  mutating func expect(_ sign: String) throws(ChatTemplateError) {
    guard take(sign) else { throw unexpected("`\(sign)`") }
  }

  mutating func expectName(_ name: String) throws(ChatTemplateError) {
    guard takeName(name) else { throw unexpected("`\(name)`") }
  }

  mutating func name(_ what: String) throws(ChatTemplateError) -> String {
    guard tokenPlace < tokens.count, case .name(let name) = tokens[tokenPlace].kind else {
      throw unexpected(what)
    }
    tokenPlace += 1
    return name
  }

  func endTag() throws(ChatTemplateError) {
    guard tokenPlace >= tokens.count else { throw unexpected("the end of the tag") }
  }

  /// Counts an operator, call or filter: each makes the tree of the expression one deeper.
  mutating func countLink() throws(ChatTemplateError) {
    chainLength += 1
    guard chainLength <= TemplateLimit.chain else {
      throw failure(.limit("200 operators in one expression"))
    }
  }

  func unexpected(_ expected: String) -> ChatTemplateError {
    let found = tokenPlace < tokens.count ? tokens[tokenPlace].shown : "the end of the tag"
    return failure(.syntax(expected: expected, found: found))
  }

  func failure(_ fault: ChatTemplateError.Fault) -> ChatTemplateError {
    let line = tokenPlace < tokens.count ? tokens[tokenPlace].line : line
    return ChatTemplateError(fault: fault, line: line)
  }
}
