/// Reading single tokens.
extension TemplateParser {
  /// The current word or sign.
  var currentText: String? {
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
