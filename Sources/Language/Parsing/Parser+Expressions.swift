import Reporting

extension Parser {
  /// Reads a command or an expression.
  mutating func parseValue() throws(Failure) -> Expression {
    expecting(.value)
    if let word = next.word, startsCommand(word) { return try parseCommandExpression() }
    return try parseExpression()
  }

  /// Reads an expression whose operators bind at least as strongly as `minimum`.
  ///
  /// Precedence: or 1, and 2, comparisons 3 (no chains), `..` 4, sums 5, products 6.
  mutating func parseExpression(_ minimum: Int = 1) throws(Failure) -> Expression {
    var left = try parsePrefix(minimum)
    while true {
      if next.isSign(".."), minimum <= 4 {
        advance()
        skipLineEnds()
        let right = try parseExpression(5)
        left = Expression(kind: .range(left, right), span: left.span.joined(with: right.span))
      } else if let found = nextOperator, found.precedence >= minimum {
        left = try parseChain(left, found.precedence)
      } else {
        return left
      }
    }
  }

  private var nextOperator: Operator? {
    switch next.kind {
    case .sign(let sign): Operator(rawValue: sign)
    case .word(let word): Keyword.infix.contains(word) ? Operator(rawValue: word) : nil
    default: nil
    }
  }

  private mutating func parseChain(_ left: Expression, _ precedence: Int) throws(Failure)
    -> Expression
  {
    var operations: [Expression.Operation] = []
    while let operation = nextOperator, operation.precedence == precedence {
      if precedence == 3, !operations.isEmpty {
        throw failure(
          .chainedComparison, "comparisons do not chain.", label: "write `a < b and b < c`")
      }
      let span = next.span
      advance()
      skipLineEnds()
      let right = try parseExpression(precedence + 1)
      operations.append(.init(operation: operation, span: span, right: right))
    }
    let end = operations.last?.right.span ?? left.span
    return Expression(kind: .chain(left, operations), span: left.span.joined(with: end))
  }

  private mutating func parsePrefix(_ minimum: Int) throws(Failure) -> Expression {
    let start = next.span
    if next.word == "not", minimum <= 3 {
      advance()
      let value = try nested { parser throws(Failure) in try parser.parseExpression(3) }
      return Expression(kind: .not(value), span: start.joined(with: value.span))
    }
    guard next.isSign("-") else { return try parseTerm() }
    advance()
    let value = try parseTerm()
    return Expression(kind: .negative(value), span: start.joined(with: value.span))
  }

  /// Reads an atom with its fields, indices and calls.
  mutating func parseTerm() throws(Failure) -> Expression {
    var term = try parseAtom()
    var length = 0
    while let extended = try parseSuffix(of: term) {
      term = extended
      length += 1
      guard length < Self.depthLimit else {
        throw failure(.nestedTooDeep, "this chain of `.`, `[ ]` and `( )` is too long.")
      }
    }
    return term
  }

  private mutating func parseSuffix(of term: Expression) throws(Failure) -> Expression? {
    let token = next
    guard !token.hasSpaceBefore else { return nil }
    if token.isSign(".") {
      advance()
      return try parseMember(of: term)
    }
    if token.isSign("[") {
      advance()
      return try bracketed(skippingNewlines: true) { parser throws(Failure) in
        let index = try parser.parseExpression()
        try parser.close("]", opened: token)
        return Expression(
          kind: .index(term, index), span: term.span.joined(with: parser.last.span))
      }
    }
    return token.isSign("(") ? try parseCall(of: term) : nil
  }

  private mutating func parseMember(of term: Expression) throws(Failure) -> Expression {
    expecting(.member(of: file.text(of: term.span)))
    guard let word = next.word else { throw unexpected("a field's name after `.`") }
    let name = Name(text: word, span: next.span)
    advance()
    return Expression(kind: .member(term, name), span: term.span.joined(with: name.span))
  }

  private mutating func parseCall(of term: Expression) throws(Failure) -> Expression {
    let open = next
    advance()
    let arguments = try bracketed(skippingNewlines: true) { parser throws(Failure) in
      var arguments: [Expression.Argument] = []
      parser.expecting(.value)
      while !parser.next.isSign(")") {
        arguments.append(try parser.parseArgument())
        guard parser.take(",") else { break }
      }
      try parser.close(")", opened: open)
      return arguments
    }
    let block = takeWord("do") ? try parseBlock() : nil
    return Expression(
      kind: .call(term, arguments, block: block), span: term.span.joined(with: last.span))
  }

  private mutating func parseArgument() throws(Failure) -> Expression.Argument {
    if let word = next.word, tokens[nextIndex + 1].isSign(":") {
      let name = Name(text: word, span: next.span)
      advance()
      advance()
      return .init(name: name, value: try parseValue())
    }
    return .init(name: nil, value: try parseValue())
  }

  private mutating func parseAtom() throws(Failure) -> Expression {
    expecting(.value)
    let token = next
    switch token.kind {
    case .number(let number): return read(.number(number))
    case .string(let text):
      let pieces = try parsePieces(text)
      return read(.text(pieces))
    case .word(let word): return try parseWordAtom(word)
    case .sign("("):
      advance()
      return try bracketed(skippingNewlines: true) { parser throws(Failure) in
        let value = try parser.parseValue()
        try parser.close(")", opened: token)
        return Expression(kind: .group(value), span: token.span.joined(with: parser.last.span))
      }
    case .sign("["): return try parseList()
    case .sign("{") where allowsRecord: return try parseRecord()
    default: throw missingValue()
    }
  }

  private func missingValue() -> Failure {
    if next.endsLine {
      return failure(.missingValue, "a value is missing.", label: "the line ends here")
    }
    let isRecord = next.isSign("{") && !allowsRecord
    return failure(
      .missingValue, "a value is missing before `\(text(of: next))`.",
      label: isRecord ? "a record here stands in parentheses, a block follows it" : "")
  }

  private mutating func read(_ kind: Expression.Kind) -> Expression {
    let span = next.span
    advance()
    return Expression(kind: kind, span: span)
  }

  private mutating func parseWordAtom(_ word: String) throws(Failure) -> Expression {
    switch word {
    case "true": return read(.bool(true))
    case "false": return read(.bool(false))
    case "null": return read(.null)
    default:
      if startsCommand(word) { throw commandInExpression(word) }
      guard !Keyword.all.contains(word) else {
        throw failure(.missingValue, "a value is missing before `\(word)`.")
      }
      return read(.name(word))
    }
  }

  private mutating func parsePieces(_ text: StringLiteral) throws(Failure) -> [Expression.Piece] {
    var pieces: [Expression.Piece] = []
    for piece in text.pieces {
      switch piece {
      case .text(let text): pieces.append(.text(text))
      case .code(let tokens): pieces.append(.value(try parseInterpolation(tokens)))
      }
    }
    return pieces
  }

  private mutating func parseInterpolation(_ code: [Token]) throws(Failure) -> Expression {
    var inner = Parser(
      file, tokens: code, commands: commands, suggestsLines: suggestsLines)
    inner.depth = depth
    inner.skipsNewlines = true
    let at = nextIndex
    do throws(Failure) {
      let value = try inner.parseValue()
      guard inner.next.kind == .end else { throw inner.unexpected("`)`") }
      return value
    } catch {
      throw Failure(diagnostic: error.diagnostic, token: at)
    }
  }

  private mutating func parseList() throws(Failure) -> Expression {
    let open = next
    advance()
    return try bracketed(skippingNewlines: true) { parser throws(Failure) in
      var items: [Expression] = []
      parser.expecting(.value)
      while !parser.next.isSign("]") {
        items.append(try parser.parseExpression())
        guard parser.take(",") else { break }
      }
      try parser.close("]", opened: open)
      return Expression(kind: .list(items), span: open.span.joined(with: parser.last.span))
    }
  }

  private mutating func parseRecord() throws(Failure) -> Expression {
    let open = next
    advance()
    return try bracketed(skippingNewlines: true) { parser throws(Failure) in
      var pairs: [Expression.Pair] = []
      while !parser.next.isSign("}") {
        pairs.append(try parser.parsePair(opened: open))
        guard parser.take(",") else { break }
      }
      try parser.close("}", opened: open)
      return Expression(kind: .record(pairs), span: open.span.joined(with: parser.last.span))
    }
  }

  private mutating func parsePair(opened open: Token) throws(Failure) -> Expression.Pair {
    let token = next
    switch token.kind {
    case .word(let word):
      advance()
      return try parsePairValue(Name(text: word, span: token.span))
    case .string(let text):
      guard let plain = text.plain else { throw unexpected("a field's name without `\\( )`") }
      advance()
      return try parsePairValue(Name(text: plain, span: token.span))
    case .end: throw failure(.unmatchedBracket, "this `{` is not closed.", at: open.span)
    default: throw unexpected("a field's name")
    }
  }

  private mutating func parsePairValue(_ name: Name) throws(Failure) -> Expression.Pair {
    guard take(":") else { throw unexpected("`:` and the field's value") }
    if let choice = parseChoice(of: commands.setting(named: name.text)) {
      return Expression.Pair(name: name, value: choice)
    }
    return Expression.Pair(name: name, value: try parseExpression())
  }
}
