package import Reporting

extension Script {
  /// The newest edition of the language this program knows; a script asks for one with `ft 1`.
  package static let newestEdition = 1

  /// Reads a script.
  ///
  /// A script with any diagnostic must not run.
  ///
  /// - Parameters:
  ///   - file: the text.
  ///   - commands: the commands it may use.
  /// - Returns: the statements that could be read, and what is wrong with the others: at most ten,
  ///   one a statement, in the order of the text.
  package static func parse(_ file: SourceFile, commands: CommandTable) -> (Script, [Diagnostic]) {
    let outcome = Parse(file, commands: commands)
    return (outcome.script, outcome.diagnostics)
  }
}

/// A parse with what the callers beside ``Script/parse(_:commands:)`` want to know.
struct Parse {
  let script: Script
  let diagnostics: [Diagnostic]
  /// True when the next line could still complete the text.
  let isIncomplete: Bool
  /// What could stand at the end of the text.
  let expectedAtEnd: [Expectation]

  init(_ file: SourceFile, commands: CommandTable, suggestsLines: Bool = true) {
    let lexed = Lexer.read(file)
    var parser = Parser(
      file, tokens: lexed.tokens, commands: commands, suggestsLines: suggestsLines)
    let edition = parser.parseEdition()
    let statements = parser.parseToEnd()
    script = Script(
      file: file, statements: statements, edition: edition, cells: Self.cells(lexed.tokens))
    diagnostics = Self.merged(lexed.diagnostics, parser.failures.map(\.diagnostic), file)
    expectedAtEnd = parser.expectedAtEnd
    let real = lexed.tokens.dropLast().last { $0.kind != .newline }
    let continues = lexed.isUnfinished || (real?.continuesLine ?? false) || parser.endsInBracket
    let onlyAtEnd =
      parser.failures.allSatisfy { lexed.tokens[$0.token].kind == .end }
      && lexed.diagnostics.count <= (lexed.isUnfinished ? 1 : 0)
    let isDocumentation: Bool
    if case .documentation = real?.kind { isDocumentation = true } else { isDocumentation = false }
    isIncomplete = onlyAtEnd && (continues || isDocumentation)
  }

  private static func cells(_ tokens: [Token]) -> [CellMark] {
    var cells: [CellMark] = []
    for token in tokens {
      guard case .cell(let text) = token.kind else { continue }
      cells.append(CellMark(text, start: token.span.start, after: cells.last?.number ?? 0))
    }
    return cells
  }

  /// Both kinds in the order of the text; a broken token's line is reported once.
  private static func merged(
    _ lexical: [Diagnostic], _ syntactic: [Diagnostic], _ file: SourceFile
  ) -> [Diagnostic] {
    func line(_ diagnostic: Diagnostic) -> Int {
      diagnostic.primary.map { file.line(at: $0.span.start) } ?? 0
    }
    let lines = Set(lexical.map(line))
    var firstOfLine: Set<Int> = []
    let first = lexical.filter { firstOfLine.insert(line($0)).inserted }
    let all = first + syntactic.filter { !lines.contains(line($0)) }
    let ordered = all.enumerated().sorted {
      (line($0.element), $0.offset) < (line($1.element), $1.offset)
    }
    return Array(ordered.map(\.element).prefix(Parser.diagnosticLimit))
  }
}

extension Parser {
  /// True when the text ends inside brackets or a block that nothing has closed.
  var endsInBracket: Bool {
    var open: [String] = []
    let closing = ["(": ")", "[": "]", "{": "}"]
    for case .sign(let sign) in tokens.map(\.kind) {
      if let close = closing[sign] { open.append(close) }
      if sign == open.last { open.removeLast() }
    }
    return !open.isEmpty
  }

  /// Reads `ft 1` at the start of the text.
  mutating func parseEdition() -> Int? {
    while next.endsLine, next.kind != .end { index += 1 }
    guard next.word == "ft", case .number(let number) = tokens[index + 1].kind,
      let edition = Int(exactly: number.value)
    else {
      index = 0
      return nil
    }
    if edition < 1 || edition > Script.newestEdition {
      failures.append(
        failure(
          .newerEdition, "this program does not know edition \(edition) of the language.",
          at: next.span.joined(with: tokens[index + 1].span),
          label: "the newest it knows is \(Script.newestEdition)"))
    }
    index += 2
    return edition
  }

  /// Reads all statements; a `}` that closes nothing is reported and passed over.
  mutating func parseToEnd() -> [Statement] {
    var statements = parseStatements(inBlock: false)
    while next.kind != .end, failures.count < Self.diagnosticLimit {
      index += 1
      statements += parseStatements(inBlock: false)
    }
    return statements
  }
}
