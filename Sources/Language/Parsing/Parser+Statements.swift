import Reporting

extension Parser {
  /// Reads statements to the end of the text, or to the `}` of a block.
  mutating func parseStatements(inBlock: Bool) -> [Statement] {
    var statements: [Statement] = []
    var documentation: [String] = []
    while failures.count < Self.diagnosticLimit {
      if case .documentation(let text) = tokens[index].kind {
        documentation.append(text)
        index += 1
      } else if next.kind != .end, next.endsLine || next.isSign(";") {
        if case .cell = next.kind { documentation = [] }
        advance()
      } else if next.kind == .end || (inBlock && next.isSign("}")) {
        if index == 0 || last.endsLine || last.isSign(";") || last.isSign("{") {
          expecting(.statement)
        }
        break
      } else {
        if let statement = parseRecovering(documentation) { statements.append(statement) }
        documentation = []
      }
    }
    return statements
  }

  /// Reads one statement with its end; on failure notes it and goes to the next statement.
  private mutating func parseRecovering(_ documentation: [String]) -> Statement? {
    let state = (skipsNewlines, allowsRecord, depth)
    do throws(Failure) {
      let statement = try nested { parser throws(Failure) in
        try parser.parseStatement(documentation)
      }
      try expectStatementEnd()
      return statement
    } catch {
      (skipsNewlines, allowsRecord, depth) = state
      if !isConsequence(error) { failures.append(error) }
      synchronize(from: max(error.token, index))
      return nil
    }
  }

  /// True for a bracket that is open at the end of the text around something else that is wrong.
  private func isConsequence(_ error: Failure) -> Bool {
    guard error.diagnostic.code == .unmatchedBracket, tokens[error.token].kind == .end,
      let opened = error.diagnostic.primary?.span
    else { return failures.count >= Self.diagnosticLimit }
    return failures.contains { tokens[$0.token].span.start > opened.start }
  }

  private mutating func expectStatementEnd() throws(Failure) {
    expecting(.end)
    guard !next.endsLine, !next.isSign(";"), !next.isSign("}") else { return }
    let found = text(of: next)
    if ["(", "["].contains(found), next.hasSpaceBefore {
      let kind = found == "(" ? "a call" : "an index"
      throw failure(.misleadingSpace, "\(kind) has no space before `\(found)`.")
    }
    if let word = next.word, last.isSign("}"), let advice = ForeignWords.advice(for: word) {
      throw failure(.unexpected, "I did not expect `\(word)` here.", label: advice.text)
    }
    if next.isSign(","), let failure = settingAfterComma() { throw failure }
    throw failure(
      .statementGoesOn, "the statement should end before `\(found)`.",
      label: "a new statement goes on its own line, or after `;`")
  }

  /// Passes over the rest of a broken statement with the blocks it opens.
  private mutating func synchronize(from failed: Int) {
    index = failed
    if index > 0, tokens[index - 1].kind == .newline, let word = tokens[index].word,
      Keyword.statements.contains(word) || commands.isVerb(word)
    {
      return
    }
    var open = 0
    while tokens[index].kind != .end {
      let token = tokens[index]
      if open == 0, token.endsLine || token.isSign(";") { return }
      if token.isSign("{") { open += 1 }
      if token.isSign("}") {
        // A `}` that the broken statement did not open belongs to the block around it.
        if open == 0 { return closeStray() }
        open -= 1
      }
      index += 1
    }
  }

  /// At the top of a file no block is open, so a `}` left by a broken statement is passed over.
  private mutating func closeStray() {
    if depth == 0 { index += 1 }
  }

  mutating func parseStatement(_ documentation: [String]) throws(Failure) -> Statement {
    let start = next.span
    let kind = try parseKind(documentation)
    return Statement(kind: kind, span: start.joined(with: last.span))
  }

  private mutating func parseKind(_ documentation: [String]) throws(Failure) -> Statement.Kind {
    guard let word = next.word else {
      if next.isSign("}") { throw failure(.unmatchedBracket, "this `}` closes nothing.") }
      return try parseExpressionStatement()
    }
    switch word {
    case "let": return try parseLet()
    case "if": return try parseIf()
    case "for": return try parseFor()
    case "while": return try parseWhile()
    case "break", "continue":
      advance()
      return word == "break" ? .breakLoop : .continueLoop
    case "return": return try parseReturn()
    case "proc": return try parseProcedure(documentation)
    case "use": return try parseUse()
    case "with": return try parseWith()
    case "check": return try parseCheck()
    case "try": return try parseTry()
    case "print":
      advance()
      return .print(try parseCommaList())
    case "else", "catch":
      throw failure(.strayContinuation, "`\(word)` goes on the line of the `}` before it.")
    default: return try parseOther(word)
    }
  }

  /// A command, an assignment or an expression.
  private mutating func parseOther(_ word: String) throws(Failure) -> Statement.Kind {
    let after = tokens[index + 1]
    if startsCommand(word) {
      if after.isSign("=") || after.isSign("+=") { throw reservedName(word) }
      return .expression(try parseCommandExpression())
    }
    if !Keyword.all.contains(word), after.hasSpaceBefore, startsCommandTail(after) {
      throw unknownCommand(word)
    }
    return try parseExpressionStatement()
  }

  /// True for a token that can follow a verb but not a value.
  private func startsCommandTail(_ token: Token) -> Bool {
    switch token.kind {
    case .word(let word): !Keyword.infix.contains(word)
    case .number, .string: true
    default: false
    }
  }

  private mutating func parseExpressionStatement() throws(Failure) -> Statement.Kind {
    let value = try parseExpression()
    let adds = next.isSign("+=")
    guard adds || next.isSign("=") else { return .expression(value) }
    switch value.kind {
    case .name, .member, .index: break
    default:
      throw failure(
        .notAssignable, "this cannot be assigned to.", at: value.span,
        label: "before `=` stands a name, `r.field` or `xs[1]`")
    }
    advance()
    skipLineEnds()
    return .assignment(value, adds: adds, try parseValue())
  }

  private mutating func parseLet() throws(Failure) -> Statement.Kind {
    advance()
    let name = try parseNewName("a name for the variable")
    guard take("=") else {
      throw failure(
        .unexpected, "`let` gives a name a value.", label: "expected `=` and a value",
        hints: [.type("let \(name.text) = 3")])
    }
    skipLineEnds()
    return .variable(name, try parseValue())
  }

  private mutating func parseReturn() throws(Failure) -> Statement.Kind {
    advance()
    expecting(.value)
    if next.endsLine || next.isSign(";") || next.isSign("}") { return .returnValue(nil) }
    return .returnValue(try parseValue())
  }

  private mutating func parseUse() throws(Failure) -> Statement.Kind {
    advance()
    let span = next.span
    let source: UseSyntax.Source
    if case .string(let text) = next.kind, let path = text.plain {
      source = .file(path)
      advance()
    } else {
      source = .standard(try parseNewName("a module's name, or a file name in quotes").text)
    }
    let alias = takeWord("as") ? try parseNewName("a name for the module") : nil
    return .use(UseSyntax(source: source, span: span, alias: alias))
  }

  private mutating func parseCheck() throws(Failure) -> Statement.Kind {
    if let command = parseCommandIfWhole() { return .expression(command) }
    advance()
    let condition = try parseExpression()
    guard take(",") else { return .check(condition, message: nil) }
    skipLineEnds()
    return .check(condition, message: try parseExpression())
  }

  private mutating func parseCommaList() throws(Failure) -> [Expression] {
    var values = [try parseValue()]
    while take(",") {
      skipLineEnds()
      values.append(try parseValue())
    }
    return values
  }

  /// Reads a name that the script makes: not a verb, not a keyword.
  mutating func parseNewName(_ what: String) throws(Failure) -> Name {
    expecting(.newName)
    guard let word = next.word else { throw unexpected(what) }
    guard !Keyword.all.contains(word), !commands.isVerb(word) else { throw reservedName(word) }
    let name = Name(text: word, span: next.span)
    advance()
    return name
  }

  private func reservedName(_ word: String) -> Failure {
    let kind = commands.isVerb(word) ? "a command" : "a word of the language"
    return failure(
      .reservedWord, "`\(word)` is \(kind) and cannot name anything else.",
      label: "choose another name")
  }
}
