package import Reporting

/// Turns a script's bytes into tokens; problems are collected, and reading goes on after them.
package struct Lexer {
  let file: SourceFile
  var position = 0
  var diagnostics: [Diagnostic] = []
  /// True when the text ends inside something that the next line may close.
  var isUnfinished = false
  private var tokens: [Token] = []
  private let limit: Int
  /// How many interpolations are open around what is read.
  let depth: Int

  /// What was read, and what was wrong in it.
  package struct Result {
    /// All tokens, the last of which is `end`.
    package let tokens: [Token]
    /// What could not be read, in the order of the text.
    package let diagnostics: [Diagnostic]
    /// True when a text in `"""` or a `\` at a line's end wants another line.
    package let isUnfinished: Bool
  }

  /// Reads a whole file; the last token is always `end`.
  package static func read(_ file: SourceFile) -> Result {
    var lexer = Lexer(file, from: 0, to: file.bytes.count, depth: 0)
    let tokens = lexer.readTokens(untilParenthesis: false)
    return Result(
      tokens: tokens, diagnostics: lexer.diagnostics, isUnfinished: lexer.isUnfinished)
  }

  init(_ file: SourceFile, from start: Int, to limit: Int, depth: Int) {
    self.file = file
    self.limit = limit
    self.depth = depth
    position = start
  }

  /// Reads tokens to the end, or to the `)` that closes an interpolation.
  mutating func readTokens(untilParenthesis: Bool) -> [Token] {
    var open = 0
    while true {
      let hasSpace = skipSpace()
      guard let byte = peek() else { break }
      let start = position
      if untilParenthesis, byte == UInt8(ascii: ")"), open == 0 { break }
      if let kind = readToken(startingWith: byte) {
        if kind == .sign("(") { open += 1 }
        if kind == .sign(")") { open -= 1 }
        append(kind, from: start, hasSpace: hasSpace)
      }
    }
    tokens.append(
      Token(kind: .end, span: SourceSpan(position, position), hasSpaceBefore: true))
    return tokens
  }

  /// The byte `ahead` of the position, or nil after the end.
  func peek(_ ahead: Int = 0) -> UInt8? {
    position + ahead < limit ? file.bytes[position + ahead] : nil
  }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, from start: Int, label: String = "",
    hints: [Diagnostic.Hint] = []
  ) {
    let span = SourceSpan(start, max(position, start))
    diagnostics.append(
      Diagnostic(code: code, message, at: .init(file, span, label), hints: hints))
  }

  private mutating func append(_ kind: Token.Kind, from start: Int, hasSpace: Bool) {
    if kind == .newline, tokens.last?.kind == .newline { return }
    let spaceBefore = hasSpace || tokens.isEmpty || tokens.last?.kind == .newline
    tokens.append(
      Token(kind: kind, span: SourceSpan(start, position), hasSpaceBefore: spaceBefore))
  }

  /// Reads one token; nil for a comment or a character that was reported.
  private mutating func readToken(startingWith byte: UInt8) -> Token.Kind? {
    switch byte {
    case UInt8(ascii: "\n"):
      position += 1
      return .newline
    case UInt8(ascii: "#"): return readComment()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return readString()
    case _ where Self.isDigit(byte): return readNumber()
    case _ where Self.isWordStart(byte): return readWord()
    default: return readSign() ?? reportUnknownCharacter()
    }
  }

  /// Skips blanks and continued line ends; true when there were any.
  private mutating func skipSpace() -> Bool {
    let start = position
    while let byte = peek() {
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
        position += 1
      } else if byte == UInt8(ascii: "\\"), let length = continuationLength() {
        position += length
        isUnfinished = isUnfinished || position >= limit
      } else {
        break
      }
    }
    return position > start
  }

  /// The length of a `\` with the line end after it.
  private func continuationLength() -> Int? {
    var ahead = 1
    while peek(ahead) == UInt8(ascii: "\r") || peek(ahead) == UInt8(ascii: " ") { ahead += 1 }
    guard let byte = peek(ahead) else { return ahead }
    return byte == UInt8(ascii: "\n") ? ahead + 1 : nil
  }

  private mutating func readComment() -> Token.Kind? {
    let start = position
    while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
    let text = file.text(of: SourceSpan(start, position))
    if text.hasPrefix("#%%") { return .cell(Self.trimmed(text.dropFirst(3))) }
    if text.hasPrefix("##"), !text.hasPrefix("###") {
      return .documentation(Self.trimmed(text.dropFirst(2)))
    }
    return nil
  }

  private mutating func readWord() -> Token.Kind {
    let start = position
    while let byte = peek(), Self.isWordStart(byte) || Self.isDigit(byte) { position += 1 }
    return .word(file.text(of: SourceSpan(start, position)))
  }

  private mutating func readSign() -> Token.Kind? {
    guard let first = peek() else { return nil }
    if let second = peek(1) {
      let pair = String(decoding: [first, second], as: UTF8.self)
      if ["==", "!=", "<=", ">=", "+=", ".."].contains(pair) {
        position += 2
        return .sign(pair)
      }
    }
    guard "+-*/<>=(){}[],.:;".utf8.contains(first) else { return nil }
    position += 1
    return .sign(String(decoding: [first], as: UTF8.self))
  }

  private mutating func reportUnknownCharacter() -> Token.Kind? {
    let start = position
    position += 1
    while let byte = peek(), byte & 0xC0 == 0x80 { position += 1 }
    let text = file.text(of: SourceSpan(start, position))
    let plain = ["\u{201C}": "\"", "\u{201D}": "\"", "\u{2018}": "'", "\u{2019}": "'"]
    if let quote = plain[text] {
      report(.strangeCharacter, "this is a curly quote.", from: start, label: "type \(quote) here")
    } else if text == "\u{2013}" || text == "\u{2014}" || text == "\u{2212}" {
      report(.strangeCharacter, "this is a long dash.", from: start, label: "type - here")
    } else {
      let hints: [Diagnostic.Hint] = ["?", "!"].contains(text) ? [.type("help")] : []
      report(
        .strangeCharacter, "`\(DisplayWidth.shown(text))` means nothing here.", from: start,
        hints: hints)
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" || text.last == "\r" { text.removeLast() }
    return String(text)
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  static func isWordStart(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
  }
}
