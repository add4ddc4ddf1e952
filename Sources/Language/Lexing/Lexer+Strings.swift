import Reporting

extension Lexer {
  /// Reads `"…"`, `'…'` or `"""…"""`, with the quotes.
  mutating func readString() -> Token.Kind {
    let start = position
    guard let quote = peek() else { return .string(StringLiteral(pieces: [])) }
    if quote == UInt8(ascii: "\""), peek(1) == quote, peek(2) == quote {
      position += 3
      return .string(readBlock(from: start))
    }
    position += 1
    return .string(quote == UInt8(ascii: "'") ? readRaw(from: start) : readLine(from: start))
  }

  private mutating func readRaw(from start: Int) -> StringLiteral {
    let textStart = position
    while let byte = peek(), byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\n") { position += 1 }
    let text = file.text(of: SourceSpan(textStart, position))
    closeQuote("'", from: start)
    return StringLiteral(pieces: [.text(text)])
  }

  private mutating func readLine(from start: Int) -> StringLiteral {
    var builder = PieceBuilder()
    while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\n") {
      readCharacter(byte, into: &builder)
    }
    closeQuote("\"", from: start)
    return StringLiteral(pieces: builder.finished())
  }

  private mutating func closeQuote(_ quote: String, from start: Int) {
    guard let byte = peek(), byte != UInt8(ascii: "\n") else {
      report(
        .openText, "the text is not closed.", from: start,
        label: "a `\(quote)` is missing at the end of this text")
      return
    }
    position += 1
  }

  /// Reads a text in three quotes: the indent all lines share, the first and last line end go.
  private mutating func readBlock(from start: Int) -> StringLiteral {
    var builder = PieceBuilder()
    let quote = UInt8(ascii: "\"")
    while let byte = peek() {
      if byte == quote, peek(1) == quote, peek(2) == quote {
        position += 3
        return StringLiteral(pieces: Dedent.apply(to: builder.finished()))
      }
      readCharacter(byte, into: &builder)
    }
    isUnfinished = true
    let span = SourceSpan(start, start + 3)
    diagnostics.append(
      Diagnostic(
        code: .openText, "the text is not closed.",
        at: .init(file, span, "three quotes that close it are missing")))
    return StringLiteral(pieces: builder.finished())
  }

  private mutating func readCharacter(_ byte: UInt8, into builder: inout PieceBuilder) {
    guard byte == UInt8(ascii: "\\") else {
      builder.bytes.append(byte)
      position += 1
      return
    }
    let start = position
    position += 2
    guard position <= file.bytes.count, let letter = escapeLetter(at: start + 1) else {
      position = min(position, start + 1)
      return
    }
    switch letter {
    case "(": readInterpolation(from: start, into: &builder)
    case "u": readUnicode(from: start, into: &builder)
    default: readEscape(letter, from: start, into: &builder)
    }
  }

  private func escapeLetter(at offset: Int) -> Character? {
    guard offset < file.bytes.count, file.bytes[offset] != UInt8(ascii: "\n") else { return nil }
    return Character(Unicode.Scalar(file.bytes[offset]))
  }

  private mutating func readEscape(
    _ letter: Character, from start: Int, into builder: inout PieceBuilder
  ) {
    let meanings: [Character: String] = [
      "n": "\n", "t": "\t", "r": "\r", "b": "\u{8}", "f": "\u{C}", "/": "/", "\\": "\\",
      "\"": "\"", "'": "'",
    ]
    if let meaning = meanings[letter] {
      builder.bytes += Array(meaning.utf8)
    } else {
      report(
        .unknownEscape, "this escape has no meaning.", from: start,
        label: "a backslash itself is written \\\\, or the text in single quotes")
    }
  }

  /// Reads four hexadecimal digits, twice for a surrogate pair, as JSON writes letters.
  private mutating func readUnicode(from start: Int, into builder: inout PieceBuilder) {
    guard let first = readHexadecimal() else { return reportUnicode(from: start) }
    var value = first
    if (0xD800..<0xDC00).contains(first), peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u")
    {
      position += 2
      guard let second = readHexadecimal(), (0xDC00..<0xE000).contains(second) else {
        return reportUnicode(from: start)
      }
      value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { return reportUnicode(from: start) }
    builder.bytes += Array(String(Character(scalar)).utf8)
  }

  private mutating func readHexadecimal() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        return nil
      }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func reportUnicode(from start: Int) {
    report(
      .unknownEscape, "this escape is no letter.", from: start,
      label: "after \\u stand four hexadecimal digits of a letter")
  }

  /// Reads the code of `\( )` as tokens.
  private mutating func readInterpolation(from start: Int, into builder: inout PieceBuilder) {
    guard depth < Parser.depthLimit / 10 else {
      report(.nestedTooDeep, "texts inside texts are nested too deep.", from: start)
      position = file.bytes.count
      return
    }
    var inner = Lexer(file, from: position, to: endOfCode(), depth: depth + 1)
    let tokens = inner.readTokens(untilParenthesis: true)
    position = inner.position
    diagnostics += inner.diagnostics
    builder.append(tokens)
    if peek() == UInt8(ascii: ")") {
      position += 1
    } else {
      report(.unmatchedBracket, "`\\(` is not closed.", from: start, label: "a `)` is missing")
    }
  }

  /// Where an interpolation must have ended: at the end of its line.
  private func endOfCode() -> Int {
    var end = position
    while end < file.bytes.count, file.bytes[end] != UInt8(ascii: "\n") { end += 1 }
    return end
  }
}

/// Collects the pieces of a text while it is read.
private struct PieceBuilder {
  var bytes: [UInt8] = []
  private var pieces: [StringLiteral.Piece] = []

  mutating func append(_ code: [Token]) {
    flush()
    pieces.append(.code(code))
  }

  mutating func finished() -> [StringLiteral.Piece] {
    flush()
    return pieces
  }

  private mutating func flush() {
    guard !bytes.isEmpty else { return }
    pieces.append(.text(String(decoding: bytes, as: UTF8.self)))
    bytes = []
  }
}

/// Removes the layout of a text in three quotes.
private enum Dedent {
  static func apply(to pieces: [StringLiteral.Piece]) -> [StringLiteral.Piece] {
    var pieces = pieces
    if case .text(let text) = pieces.first, text.hasPrefix("\n") {
      pieces[0] = .text(String(text.dropFirst()))
    }
    let indent = sharedIndent(pieces)
    var atLineStart = true
    pieces = pieces.map { piece in
      guard case .text(let text) = piece else {
        atLineStart = false
        return piece
      }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for index in lines.indices where index > 0 || atLineStart {
        lines[index] = String(lines[index].dropFirst(min(indent, blanks(lines[index]))))
      }
      atLineStart = false
      return .text(lines.joined(separator: "\n"))
    }
    return withoutLastLineEnd(pieces)
  }

  /// The least indent of a line that is not blank; the line of the closing quotes counts.
  private static func sharedIndent(_ pieces: [StringLiteral.Piece]) -> Int {
    var least = Int.max
    for (index, piece) in pieces.enumerated() {
      guard case .text(let text) = piece else { continue }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() where number > 0 || index == 0 {
        let isBlank = blanks(String(line)) == line.utf8.count
        let isLast = number == lines.count - 1
        if !isBlank || isLast { least = min(least, blanks(String(line))) }
      }
    }
    return least == .max ? 0 : least
  }

  private static func withoutLastLineEnd(_ pieces: [StringLiteral.Piece])
    -> [StringLiteral.Piece]
  {
    guard case .text(let text) = pieces.last,
      let end = text.lastIndex(of: "\n"),
      text[text.index(after: end)...].allSatisfy({ $0 == " " || $0 == "\t" })
    else { return pieces }
    return pieces.dropLast() + [.text(String(text[..<end]))]
  }

  private static func blanks(_ line: String) -> Int {
    line.utf8.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
  }
}
