import Reporting

/// Reads tokens into statements; after a problem it goes on with the next statement.
///
/// One diagnostic a statement, at most ten a file. Nesting is limited, so that no text can exhaust
/// the stack.
struct Parser {
  /// How deep brackets, blocks and chains of `.` and `[ ]` may go.
  static let depthLimit = 200
  static let diagnosticLimit = 10

  /// Why a statement could not be read, and the token where it became clear.
  ///
  /// A reference, so that each of the hundreds of frames of a deep parse holds a word, not a diagnostic.
  final class Failure: Error {
    let diagnostic: Diagnostic
    let token: Int

    init(diagnostic: Diagnostic, token: Int) {
      self.diagnostic = diagnostic
      self.token = token
    }
  }

  let file: SourceFile
  let commands: CommandTable
  var tokens: [Token]
  var index = 0
  var depth = 0
  /// True inside `( )` and `[ ]`, where line ends are white space.
  var skipsNewlines = false
  /// False in the head of `if`, `for`, `while` and `with`, where `{` opens the block.
  var allowsRecord = true
  var failures: [Failure] = []
  /// What could stand at the end of the text; see ``Completion``.
  var expectedAtEnd: [Expectation] = []

  /// False while a line is read only to see whether it could be suggested.
  let suggestsLines: Bool

  init(
    _ file: SourceFile, tokens: [Token], commands: CommandTable, suggestsLines: Bool = true
  ) {
    self.suggestsLines = suggestsLines
    self.file = file
    self.tokens = tokens
    self.commands = commands
  }

  // MARK: Tokens

  /// The token to be read next; line ends are passed over inside brackets.
  var next: Token { tokens[nextIndex] }

  var nextIndex: Int {
    var index = index
    while skipsNewlines, tokens[index].isSkipped { index += 1 }
    return index
  }

  /// The token last read.
  var last: Token { tokens[max(0, index - 1)] }

  mutating func advance() {
    let at = nextIndex
    index = tokens[at].kind == .end ? at : at + 1
  }

  /// Passes over a command's word, which may have a hyphen in it: `lora-gguf`.
  mutating func advance(over word: String) -> Bool {
    let start = index
    for (number, part) in word.split(separator: "-").enumerated() {
      if number > 0 {
        guard next.isSign("-"), !next.hasSpaceBefore else { break }
        advance()
        guard !next.hasSpaceBefore else { break }
      }
      guard next.word == String(part) else { break }
      advance()
      if number == word.count(where: { $0 == "-" }) { return true }
    }
    index = start
    return false
  }

  /// Passes over line ends after a comma or an operator.
  mutating func skipLineEnds() {
    while tokens[index].isSkipped { index += 1 }
  }

  /// Reads a sign if it is next.
  mutating func take(_ sign: String) -> Bool {
    expecting(.sign(sign))
    guard next.isSign(sign) else { return false }
    advance()
    return true
  }

  /// Reads a word if it is next.
  mutating func takeWord(_ word: String) -> Bool {
    expecting(.word(word))
    guard next.word == word else { return false }
    advance()
    return true
  }

  /// Notes what could stand here, if the text ends here.
  mutating func expecting(_ expectation: Expectation) {
    guard next.kind == .end, !expectedAtEnd.contains(expectation) else { return }
    expectedAtEnd.append(expectation)
  }

  // MARK: Failures

  func label(_ span: SourceSpan, _ text: String = "") -> Diagnostic.Label {
    Diagnostic.Label(file, span, text)
  }

  /// A failure at the next token.
  func failure(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan? = nil, label text: String = "",
    and second: Diagnostic.Label? = nil, hints: [Diagnostic.Hint] = []
  ) -> Failure {
    Failure(
      diagnostic: Diagnostic(
        code: code, message, at: label(span ?? visibleSpan(of: next), text), and: second,
        hints: hints),
      token: nextIndex)
  }

  /// Something else stood where `expected` should: L102.
  func unexpected(_ expected: String) -> Failure {
    let found = next.endsLine ? "the line ends here." : "I did not expect `\(text(of: next))` here."
    return failure(.unexpected, found, label: "expected \(expected)")
  }

  /// The token's text, shortened.
  func text(of token: Token) -> String {
    let text = file.text(of: token.span)
    return text.count > 30 ? text.prefix(27) + "..." : text
  }

  /// Where carets go for a token; for a line end, the place after the last character.
  func visibleSpan(of token: Token) -> SourceSpan {
    guard token.endsLine else { return token.span }
    let end = tokens[..<nextIndex].last { !$0.endsLine }?.span.end ?? token.span.start
    return SourceSpan(end, end)
  }

  /// The line around a span, with the span replaced: what to type instead.
  func line(replacing span: SourceSpan, by replacement: String) -> String {
    file.line(replacing: span, by: replacement)
  }

  /// Counts one level of nesting while `body` reads it.
  mutating func nested<Result>(
    _ body: (inout Parser) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard depth < Self.depthLimit else {
      throw failure(.nestedTooDeep, "this is nested more than \(Self.depthLimit) deep.")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  /// Reads something with line ends and records as they are inside the given kind of bracket.
  mutating func bracketed<Result>(
    skippingNewlines: Bool, _ body: (inout Parser) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let saved = (skipsNewlines, allowsRecord)
    (skipsNewlines, allowsRecord) = (skippingNewlines, true)
    defer { (skipsNewlines, allowsRecord) = saved }
    return try nested(body)
  }

  /// Reads the bracket that closes `open`.
  mutating func close(_ sign: String, opened open: Token) throws(Failure) {
    guard !take(sign) else { return }
    let name = text(of: open)
    throw failure(
      .unmatchedBracket, "this `\(name)` is not closed.", at: open.span,
      and: next.endsLine ? nil : label(next.span, "expected `\(sign)` before this"))
  }
}

extension SourceFile {
  /// The line around a span, with the span replaced and no blanks before it.
  func line(replacing span: SourceSpan, by replacement: String) -> String {
    let line = lineSpan(at: span.start)
    let before = text(of: SourceSpan(line.start, span.start))
    let after = text(of: SourceSpan(span.end, max(span.end, line.end)))
    return String((before + replacement + after).drop { $0 == " " || $0 == "\t" })
  }
}
