/// A piece of a template: text to be written, or the tokens between `{{ }}` or `{% %}`.
struct TemplateSegment {
  enum Kind {
    case text(String)
    case output([TemplateToken])
    case statement([TemplateToken])
  }
  let kind: Kind
  let line: Int
}

/// A word, sign or constant inside `{{ }}` or `{% %}`.
struct TemplateToken {
  enum Kind: Hashable {
    case name(String)
    case sign(String)
    case string(String)
    case int(Int)
    case float(Double)
  }
  let kind: Kind
  let line: Int

  /// The token as a reader knows it.
  var shown: String {
    switch kind {
    case .name(let text), .sign(let text): "`\(text)`"
    case .string(let text): "the text '\(text.prefix(40))'"
    case .int(let value): "\(value)"
    case .float(let value): "\(value)"
    }
  }
}

/// Cuts a template into segments, as Jinja does with `trim_blocks` and `lstrip_blocks` on, the
/// way transformers runs chat templates.
struct TemplateLexer {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var segments: [TemplateSegment] = []
  /// Whether what was read so far ends a line, so that space here begins one.
  private var isAtLineStart = true
  /// Whether space is to be dropped because the last tag ended in `-`.
  private var dropsSpace = false

  static func segments(of source: String) throws(ChatTemplateError) -> [TemplateSegment] {
    var lexer = TemplateLexer(source)
    try lexer.run()
    return lexer.segments
  }

  private init(_ source: String) {
    var bytes: [UInt8] = []
    var afterReturn = false
    for byte in source.utf8 {
      // Every kind of line break is one `\n`.
      if byte != 0x0A || !afterReturn { bytes.append(byte == 0x0D ? 0x0A : byte) }
      afterReturn = byte == 0x0D
    }
    if bytes.last == 0x0A { bytes.removeLast() }
    self.bytes = bytes
  }

  private mutating func run() throws(ChatTemplateError) {
    while position < bytes.count {
      let start = position
      while position < bytes.count, !isTagStart { position += 1 }
      guard position < bytes.count else {
        addText(start..<position, before: 0)
        return
      }
      let kind = bytes[position + 1]
      addText(start..<position, before: kind)
      try tag(kind)
    }
  }

  private var isTagStart: Bool {
    guard bytes[position] == UInt8(ascii: "{"), position + 1 < bytes.count else { return false }
    return [UInt8(ascii: "{"), UInt8(ascii: "%"), UInt8(ascii: "#")].contains(bytes[position + 1])
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  /// Adds text, without the space that the tags on both sides take away.
  private mutating func addText(_ range: Range<Int>, before kind: UInt8) {
    var text = bytes[range]
    let lineOfText = line
    line += text.count { $0 == 0x0A }
    if dropsSpace { text = text.drop(while: Self.isSpace) }
    let sign = kind != 0 && position + 2 < bytes.count ? bytes[position + 2] : 0
    if kind != 0, sign == UInt8(ascii: "-") {
      while let last = text.last, Self.isSpace(last) { text.removeLast() }
    } else if kind == UInt8(ascii: "%") || kind == UInt8(ascii: "#"), sign != UInt8(ascii: "+") {
      let lineStart = text.lastIndex(of: 0x0A).map { $0 + 1 }
      if let from = lineStart ?? (isAtLineStart ? text.startIndex : nil),
        text[from...].allSatisfy(Self.isSpace)
      {
        text = text[..<from]
      }
    }
    dropsSpace = false
    guard !text.isEmpty else { return }
    segments.append(
      TemplateSegment(kind: .text(String(decoding: text, as: UTF8.self)), line: lineOfText))
  }

  private mutating func tag(_ kind: UInt8) throws(ChatTemplateError) {
    let start = line
    position += 2
    if kind == UInt8(ascii: "#") { return try comment(from: start) }
    if let sign = current, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
    let end = kind == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "%")
    let tokens = try self.tokens(until: end, from: start)
    if end == UInt8(ascii: "}") {
      segments.append(TemplateSegment(kind: .output(tokens), line: start))
    } else if tokens.count == 1, tokens[0].kind == .name("raw") {
      try raw(from: start)
    } else {
      segments.append(TemplateSegment(kind: .statement(tokens), line: start))
    }
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func stands(_ text: StaticString, at place: Int) -> Bool {
    bytes[min(place, bytes.count)...].starts(with: Array("\(text)".utf8))
  }

  private func unclosed(_ end: String, from line: Int) -> ChatTemplateError {
    ChatTemplateError(
      fault: .syntax(expected: "`\(end)`", found: "the end of the template"), line: line)
  }

  private mutating func comment(from start: Int) throws(ChatTemplateError) {
    while position < bytes.count, !stands("#}", at: position) {
      if bytes[position] == 0x0A { line += 1 }
      position += 1
    }
    guard position < bytes.count else { throw unclosed("#}", from: start) }
    let dropsSpace = bytes[position - 1] == UInt8(ascii: "-")
    position += 2
    endTag(dropsSpace: dropsSpace, keepsLine: false, isOutput: false)
  }

  /// Takes the text of a `{% raw %}` as it is, up to `{% endraw %}`.
  private mutating func raw(from start: Int) throws(ChatTemplateError) {
    // The line end after it is part of the text.
    if isAtLineStart {
      position -= 1
      line -= 1
      isAtLineStart = false
    }
    let textStart = position
    while position < bytes.count {
      guard stands("{%", at: position) else {
        position += 1
        continue
      }
      let tagStart = position
      let words = String(decoding: bytes[tagStart...].prefix(20), as: UTF8.self)
      let name = words.dropFirst(2).drop { $0 == "-" || $0 == "+" || $0 == " " }
      guard name.hasPrefix("endraw") else {
        position += 1
        continue
      }
      addText(textStart..<tagStart, before: UInt8(ascii: "%"))
      position = tagStart + 2
      if let sign = current, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        position += 1
      }
      _ = try tokens(until: UInt8(ascii: "%"), from: start)
      return
    }
    throw unclosed("{% endraw %}", from: start)
  }

  /// Reads tokens up to the end of the tag, which is `end` and `}`.
  private mutating func tokens(
    until end: UInt8, from start: Int
  ) throws(ChatTemplateError) -> [TemplateToken] {
    var tokens: [TemplateToken] = []
    var open = 0
    while let byte = current {
      if Self.isSpace(byte) {
        if byte == 0x0A { line += 1 }
        position += 1
        continue
      }
      // A `}}` may close two maps instead of the tag.
      if open == 0, let length = endOfTag(end) {
        position += length
        endTag(
          dropsSpace: byte == UInt8(ascii: "-"), keepsLine: byte == UInt8(ascii: "+"),
          isOutput: end == UInt8(ascii: "}"))
        return tokens
      }
      let token = try TemplateToken(reading: bytes, from: &position, line: &line)
      if case .sign(let sign) = token.kind {
        if ["(", "[", "{"].contains(sign) { open += 1 }
        if [")", "]", "}"].contains(sign) { open = max(0, open - 1) }
      }
      tokens.append(token)
    }
    throw unclosed(end == UInt8(ascii: "}") ? "}}" : "%}", from: start)
  }

  private func endOfTag(_ end: UInt8) -> Int? {
    let hasSign = current == UInt8(ascii: "-") || current == UInt8(ascii: "+")
    let place = position + (hasSign ? 1 : 0)
    guard place + 1 < bytes.count, bytes[place] == end, bytes[place + 1] == UInt8(ascii: "}") else {
      return nil
    }
    return place + 2 - position
  }

  /// Applies what the end of a tag says about the space after it.
  private mutating func endTag(dropsSpace: Bool, keepsLine: Bool, isOutput: Bool) {
    self.dropsSpace = dropsSpace
    isAtLineStart = false
    guard !dropsSpace, !keepsLine, !isOutput, current == 0x0A else { return }
    position += 1
    line += 1
    isAtLineStart = true
  }
}
