/// The sentences for what goes wrong: what was found, what was expected, and the likely slip.
extension JSONParser {
  func failure(_ message: String, hint: String? = nil, at offset: Int? = nil) -> JSONError {
    JSONError(message, hint: hint, at: offset ?? position, of: bytes)
  }

  /// What stands at the position, in words.
  var found: String {
    guard let byte = current else { return "the end of the text" }
    switch byte {
    case 0x0A, 0x0D: return "a line break"
    case 0x09: return "a tab"
    case 0x20: return "a space"
    case 0x00..<0x20, 0x7F: return "the control character U+00\(Self.twoDigits(byte))"
    default:
      let width = Self.widthOfCharacter(in: bytes, at: position)
      guard width > 0 else { return "the byte 0x\(Self.twoDigits(byte)), which is not UTF-8" }
      let text = String(decoding: bytes[position..<position + width], as: UTF8.self)
      return Self.invisible(text) ?? "`\(text)`"
    }
  }

  /// The name of a character that nobody would see between backquotes; nil for others.
  private static func invisible(_ text: String) -> String? {
    guard let scalar = text.unicodeScalars.first else { return nil }
    switch scalar.properties.generalCategory {
    case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .unassigned,
      .privateUse:
      return "the invisible character U+" + String(scalar.value, radix: 16, uppercase: true)
    default: return nil
    }
  }

  func refuseOtherEncodings() throws(JSONError) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw failure(
        "the file begins with a byte-order mark", hint: "save it as UTF-8 without BOM", at: 0)
    }
    let looksWide =
      bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
      || bytes.prefix(2).count == 2 && (bytes[0] == 0) != (bytes[1] == 0)
    guard !looksWide else {
      throw failure("the file looks like UTF-16, not UTF-8", hint: "save it as UTF-8", at: 0)
    }
  }

  func garbageAfter(_ value: JSONValue) -> JSONError {
    let hint = current == UInt8(ascii: "{") ? "one value a file; JSON lines need .jsonl" : nil
    return failure("after the end of \(value.kind) there is \(found) too much", hint: hint)
  }

  func missingComma(after value: JSONValue, closing: String) -> JSONError {
    let expected = "after \(value.kind) I expected `,` or `\(closing)` but found \(found)"
    switch current {
    case nil: return failure(expected, hint: "is the file cut off?")
    case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["):
      return failure(expected, hint: "is a `,` missing before this?")
    case let byte? where value.string != nil && byte >= 0x20 && byte != UInt8(ascii: ":"):
      return failure(
        expected, hint: "a `\"` inside a text is written `\\\"`: does one stand before this?")
    default: return failure(expected)
    }
  }

  func trailingComma(at comma: Int, closing: String) -> JSONError {
    failure("a `,` right before `\(closing)`", hint: "remove the `,`", at: comma)
  }

  func badKey() -> JSONError {
    let expected = "expected a key in double quotes but found \(found)"
    switch current {
    case UInt8(ascii: "'"): return failure(expected, hint: "use `\"`, not `'`")
    case nil: return failure(expected, hint: "is the file cut off?")
    case let byte? where Self.isWordByte(byte):
      return failure(expected, hint: "put the key between `\"`")
    default: return failure(expected, hint: commentHint)
    }
  }

  /// The error for `word`, or, when it is empty, for the byte here, that begins no value.
  func notAValue(_ word: String) -> JSONError {
    let here = word.isEmpty ? found : "`\(Self.shown(word))`"
    let message = "expected a value but found \(here)"
    switch word.lowercased() {
    case "true", "false": return failure(message, hint: "write `\(word.lowercased())`")
    case "none", "null", "nil", "undefined": return failure(message, hint: "write `null`")
    case "nan", "inf", "infinity":
      return failure(message, hint: "JSON has no such number; write `null` or a number")
    case "": break
    default: return failure(message, hint: "put a text between `\"`")
    }
    switch current {
    case UInt8(ascii: "'"): return failure(message, hint: "use `\"`, not `'`")
    case UInt8(ascii: "."): return failure(message, hint: "write a 0 before the decimal point")
    case UInt8(ascii: "+"): return failure(message, hint: "leave out the `+`")
    case nil: return failure(message, hint: "is the file cut off?")
    default: return failure(message, hint: commentHint)
    }
  }

  private var commentHint: String? {
    current == UInt8(ascii: "/") || current == UInt8(ascii: "#") ? "JSON has no comments" : nil
  }

  func notUTF8() -> JSONError {
    failure("a text holds \(found)", hint: "save the file as UTF-8")
  }

  /// `text`, cut to a length that a message can carry, with control characters escaped.
  static func shown(_ text: String) -> String {
    let cut = text.unicodeScalars.prefix(60)
    let escaped = cut.map { $0.value < 0x20 ? "\\u00" + twoDigits(UInt8($0.value)) : "\($0)" }
    return escaped.joined() + (text.unicodeScalars.count > cut.count ? "…" : "")
  }

  static func twoDigits(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
