extension TemplateToken {
  private static let signs = [
    "==", "!=", "<=", ">=", "//", "**", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[",
    "]", "{", "}", ",", ":", ".", "|",
  ]

  /// Reads one token; `position` stands on its first byte.
  init(
    reading bytes: [UInt8], from position: inout Int, line: inout Int
  ) throws(ChatTemplateError) {
    let start = line
    let byte = bytes[position]
    let rest = bytes[position...]
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      kind = .string(try Self.text(bytes, &position, &line))
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      kind = try Self.number(bytes, &position, line)
    case _ where Self.isNameByte(byte):
      let name = rest.prefix(while: Self.isNameByte)
      position += name.count
      kind = .name(String(decoding: name, as: UTF8.self))
    default:
      guard let sign = Self.signs.first(where: { rest.starts(with: $0.utf8) }) else {
        let found = String(decoding: rest.prefix(4), as: UTF8.self).prefix(1)
        throw ChatTemplateError(
          fault: .syntax(expected: "an expression", found: "`\(found)`"), line: line)
      }
      position += sign.utf8.count
      kind = .sign(sign)
    }
    self.line = start
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    // Letters of other scripts.
    default: byte >= 0x80
    }
  }

  private static func number(
    _ bytes: [UInt8], _ position: inout Int, _ line: Int
  ) throws(ChatTemplateError) -> Kind {
    func isDigit(_ place: Int) -> Bool {
      place < bytes.count && (0x30...0x39).contains(bytes[place])
    }
    func takeDigits() {
      while isDigit(position)
        || position < bytes.count && bytes[position] == 0x5F
          && isDigit(position + 1)
      {
        position += 1
      }
    }
    let start = position
    if bytes[start] == 0x30, let value = based(bytes, &position) { return .int(value) }
    takeDigits()
    var isWhole = true
    if position < bytes.count, bytes[position] == 0x2E, isDigit(position + 1) {
      isWhole = false
      position += 1
      takeDigits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      let sign = position + 1 < bytes.count ? bytes[position + 1] : 0
      let hasSign = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
      if isDigit(position + (hasSign ? 2 : 1)) {
        isWhole = false
        position += hasSign ? 2 : 1
        takeDigits()
      }
    }
    let text = String(decoding: bytes[start..<position].filter { $0 != 0x5F }, as: UTF8.self)
    if isWhole, let value = Int(text) { return .int(value) }
    if !isWhole, let value = Double(text), value.isFinite { return .float(value) }
    throw ChatTemplateError(
      fault: .syntax(expected: "a number of at most 64 bits", found: text), line: line)
  }

  /// Reads `0x1F`, `0o17` or `0b101`; nil when this is none.
  private static func based(_ bytes: [UInt8], _ position: inout Int) -> Int? {
    guard position + 1 < bytes.count else { return nil }
    let bases: [UInt8: Int] = [
      UInt8(ascii: "x"): 16, UInt8(ascii: "o"): 8, UInt8(ascii: "b"): 2,
    ]
    guard let base = bases[bytes[position + 1] | 0x20] else { return nil }
    let digits = bytes[(position + 2)...].prefix { isNameByte($0) }
    let text = String(decoding: digits.filter { $0 != 0x5F }, as: UTF8.self)
    guard let value = Int(text, radix: base) else { return nil }
    position += 2 + digits.count
    return value
  }

  private static func text(
    _ bytes: [UInt8], _ position: inout Int, _ line: inout Int
  ) throws(ChatTemplateError) -> String {
    let quote = bytes[position]
    let start = line
    var output: [UInt8] = []
    position += 1
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == 0x0A { line += 1 }
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
        escape(bytes, &position, into: &output)
      } else {
        output.append(bytes[position])
        position += 1
      }
    }
    guard position < bytes.count else {
      let found = "the end of the template"
      throw ChatTemplateError(
        fault: .syntax(expected: "a closing quote", found: found), line: start)
    }
    position += 1
    return String(decoding: output, as: UTF8.self)
  }

  /// Reads an escape by Python's rules: an unknown one stands for itself, backslash included.
  private static func escape(_ bytes: [UInt8], _ position: inout Int, into output: inout [UInt8]) {
    let letter = bytes[position + 1]
    position += 2
    switch letter {
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): output.append(letter)
    case 0x0A: break
    case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = letter == UInt8(ascii: "x") ? 2 : letter == UInt8(ascii: "u") ? 4 : 8
      let digits = String(decoding: bytes[position...].prefix(count), as: UTF8.self)
      guard let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
        output += [UInt8(ascii: "\\"), letter]
        return
      }
      position += count
      output += String(scalar).utf8
    default: output += [UInt8(ascii: "\\"), letter]
    }
  }
}
