import Reporting

extension Parser {
  /// Reads `{ … }`.
  mutating func parseBlock() throws(Failure) -> Block {
    let open = next
    guard take("{") else {
      if next.endsLine { throw failure(.unexpected, "a block is missing.", label: "expected `{`") }
      throw unexpected("`{` and a block")
    }
    return try bracketed(skippingNewlines: false) { parser throws(Failure) in
      let statements = parser.parseStatements(inBlock: true)
      try parser.close("}", opened: open)
      return Block(statements: statements, span: open.span.joined(with: parser.last.span))
    }
  }

  /// Reads an expression after which `{` opens a block.
  private mutating func parseHead() throws(Failure) -> Expression {
    let saved = allowsRecord
    allowsRecord = false
    defer { allowsRecord = saved }
    return try parseExpression()
  }

  mutating func parseIf() throws(Failure) -> Statement.Kind {
    var branches: [Branch] = []
    repeat {
      advance()
      branches.append(Branch(condition: try parseHead(), block: try parseBlock()))
      guard takeWord("else") else { return .conditional(branches, otherwise: nil) }
      expecting(.word("if"))
    } while next.word == "if"
    return .conditional(branches, otherwise: try parseBlock())
  }

  mutating func parseFor() throws(Failure) -> Statement.Kind {
    advance()
    var names = [try parseNewName("a name for the item")]
    if take(",") { names.append(try parseNewName("a second name")) }
    guard takeWord("in") else { throw unexpected("`in`") }
    skipLineEnds()
    let items = try parseHead()
    return .loop(names, in: items, try parseBlock())
  }

  mutating func parseWhile() throws(Failure) -> Statement.Kind {
    advance()
    let condition = try parseHead()
    return .whileLoop(condition, try parseBlock())
  }

  mutating func parseWith() throws(Failure) -> Statement.Kind {
    advance()
    let saved = allowsRecord
    allowsRecord = false
    defer { allowsRecord = saved }
    if next.isSign("(") {
      let record = try parseTerm()
      allowsRecord = true
      return .with(.record(record), try parseBlock())
    }
    let settings = try parseSettings()
    if next.word.map({ commands.setting(named: $0) != nil }) ?? false { throw missingComma() }
    allowsRecord = true
    return .with(.listed(settings), try parseBlock())
  }

  mutating func parseTry() throws(Failure) -> Statement.Kind {
    advance()
    let body = try parseBlock()
    guard takeWord("catch") else {
      throw failure(
        .unexpected, "`try` needs a `catch`.", label: "expected `catch` and a name for the error",
        hints: [.type("try { … } catch e { print e.message }")])
    }
    let name = try parseNewName("a name for the error")
    return .attempt(body, name, try parseBlock())
  }

  mutating func parseProcedure(_ documentation: [String]) throws(Failure) -> Statement.Kind {
    advance()
    let name = try parseNewName("a name for the procedure")
    let open = next
    guard take("(") else { throw unexpected("`(` and the parameters") }
    let parameters = try bracketed(skippingNewlines: true) { parser throws(Failure) in
      try parser.parseParameters(opened: open)
    }
    let body = try parseBlock()
    return .procedure(
      ProcedureSyntax(
        name: name, parameters: parameters, body: body, documentation: documentation))
  }

  private mutating func parseParameters(opened open: Token) throws(Failure)
    -> [ProcedureSyntax.Parameter]
  {
    var parameters: [ProcedureSyntax.Parameter] = []
    while !next.isSign(")") {
      let name = try parseNewName("a parameter's name")
      if let first = parameters.first(where: { $0.name.text == name.text }) {
        throw failure(
          .nameTwice, "two parameters are called `\(name.text)`.", at: name.span,
          and: label(first.name.span, "the first"))
      }
      let kind = take(":") ? try parseKindName() : nil
      let fallback = take("=") ? try parseExpression() : nil
      parameters.append(.init(name: name, kind: kind, fallback: fallback))
      guard take(",") else { break }
    }
    try close(")", opened: open)
    return parameters
  }

  private mutating func parseKindName() throws(Failure) -> Name {
    guard let word = next.word else { throw unexpected("a kind, such as `int`") }
    guard SlotKind(rawValue: word) != nil else {
      let nearest = Suggestion.nearest(to: word, among: SlotKind.allCases.map(\.rawValue))
      throw failure(
        .unexpected, "there is no kind `\(word)`.",
        label: nearest.map { "did you mean `\($0)`?" } ?? "such as `int`, `text`, `data` or `block`"
      )
    }
    let name = Name(text: word, span: next.span)
    advance()
    return name
  }
}
