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
      guard let sign = currentText.flatMap(TemplateOperator.init), sign.precedence >= lowest else {
        return left
      }
      tokenPlace += 1
      try countLink()
      left = .binary(sign, left, try binary(sign.precedence + 1))
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

  mutating func unary(withFilters: Bool) throws(ChatTemplateError) -> TemplateExpression {
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
}
