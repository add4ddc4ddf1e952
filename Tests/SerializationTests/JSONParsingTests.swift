import Serialization
import Testing

private func parsed(_ text: String) throws(JSONError) -> JSONValue {
  try JSONValue(parsing: Array(text.utf8))
}

private func failure(_ bytes: [UInt8]) -> JSONError? {
  do throws(JSONError) {
    _ = try JSONValue(parsing: bytes)
    return nil
  } catch { return error }
}

@Suite("JSON parsing") struct JSONParsingTests {
  static let accepted: [(String, JSONValue)] = [
    ("null", .null), (" true\n", .bool(true)), ("\t[false ]\r\n", .array([.bool(false)])),
    ("0", .integer(0)), ("-0", .number(-0.0)), ("-12", .integer(-12)), ("0e1", .number(0)),
    ("1.5E+2", .number(150)), ("2e-3", .number(0.002)), ("1.0", .number(1)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number(9_223_372_036_854_775_808)),
    ("1e-400", .number(0)), ("5e-324", .number(.leastNonzeroMagnitude)),
    (#""""#, .string("")), (#""a\/b\\\"\b\f\n\r\t""#, .string("a/b\\\"\u{8}\u{C}\n\r\t")),
    (#""\u00e9\u20AC\uD83D\uDE00\u0000""#, .string("é€😀\0")), (#""\\u0041""#, .string("\\u0041")),
    ("\"\u{7F}\u{2028}\u{10FFFF}\u{FFFE}\"", .string("\u{7F}\u{2028}\u{10FFFF}\u{FFFE}")),
    ("[]", []), ("[[],{}]", .array([.array([]), .object([:])])),
    (#"{"":1," ":[2,{"a":null}]}"#, ["": 1, " ": [2, ["a": nil]]]),
  ]

  @Test(arguments: accepted)
  func acceptsWhatTheGrammarAllows(text: String, value: JSONValue) throws {
    let read = try parsed(text)
    #expect(read == value)
    #expect(read.text == value.text)
  }

  static let refused: [String] = [
    "", " ", "[", "]", "{", "}", "[1", "[1,", "[,1]", "[1,]", "[1,,2]", "[1 2]", "[1:2]", "[1]]",
    "1 2", "nul", "True", "nulll", "[-]", "[-a]", "[+1]", "[.5]", "[5.]", "[1.e1]", "[1e]", "[1e+]",
    "[01]", "[-01]", "[00]", "[0x1]", "[1_000]", "[1.2.3]", "[NaN]", "[-Infinity]", "[1e999]",
    "\"", "\"a", "\"\\", "\"\\\"", #""\x""#, #""\u12""#, #""\u12G4""#, #""\U0041""#, "\"\t\"",
    "\"a\nb\"", "\"\u{0}\"", #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800x""#, "'a'",
    "{a:1}", "{'a':1}", "{1:1}", #"{"a"}"#, #"{"a":}"#, #"{"a" 1}"#, #"{"a":1,}"#, #"{,}"#,
    #"{"a":1 "b":2}"#, #"{"a":1}//"#, "[1]/* */", "[\u{C}1]", "[\u{A0}1]", "\u{2060}1", "[１]",
    #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, "[1}", #"{"a":1]"#, "abc", "<null>", "*",
  ]

  @Test(arguments: refused)
  func refusesWhatTheGrammarDoesNot(text: String) {
    #expect(failure(Array(text.utf8)) != nil)
  }

  static let malformed: [[UInt8]] = [
    [0x80], [0xC0, 0xAF], [0xC1, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
    [0xE2, 0x82], [0xC3, 0x41],
  ]

  @Test("refuses bytes that are not UTF-8", arguments: malformed)
  func refusesBadUTF8(bytes: [UInt8]) {
    #expect(failure([0x22] + bytes + [0x22])?.offset == 1)
    #expect(failure([0x5B] + bytes + [0x5D])?.offset == 1)
  }

  @Test func saysWhereInLinesAndCharacters() throws {
    let error = try #require(failure(Array("{\n  \"é€\": 1,\n  \"👨‍👩‍👧\": x}".utf8)))
    #expect(error.line == 3)
    #expect(error.column == 8)
    #expect(error.offset == 40)
  }

  static let sentences: [(text: String, message: String, hint: String?)] = [
    (
      #"{"a": "x" "b": 1}"#, #"after a text I expected `,` or `}` but found `"`"#,
      "is a `,` missing before this?"
    ),
    (
      #"["he said "hi""]"#, "after a text I expected `,` or `]` but found `h`",
      #"a `"` inside a text is written `\"`: does one stand before this?"#
    ),
    ("[1,]", "a `,` right before `]`", "remove the `,`"),
    ("{'a': 1}", "expected a key in double quotes but found `'`", "use `\"`, not `'`"),
    ("[None]", "expected a value but found `None`", "write `null`"),
    ("[True]", "expected a value but found `True`", "write `true`"),
    ("// x\n1", "expected a value but found `/`", "JSON has no comments"),
    (
      "[1", "after a number I expected `,` or `]` but found the end of the text",
      "is the file cut off?"
    ),
    ("\u{FEFF}{}", "the file begins with a byte-order mark", "save it as UTF-8 without BOM"),
    ("{\u{0}", "the file looks like UTF-16, not UTF-8", "save it as UTF-8"),
    (#"{"k":1,"k":2}"#, "the key `k` is here a second time in the same object", nil),
    (#""C:\data""#, #"`\` followed by `d` is no escape"#, #"for a backslash itself write `\\`"#),
    ("\u{2060}1", "expected a value but found the invisible character U+2060", nil),
    (
      "{}\n{}", "after the end of an object there is `{` too much",
      "one value a file; JSON lines need .jsonl"
    ),
  ]

  @Test("says what was found, what was expected and what to type", arguments: sentences)
  func explains(text: String, message: String, hint: String?) throws {
    let error = try #require(failure(Array(text.utf8)))
    #expect(error.message == message)
    #expect(error.hint == hint)
  }

  @Test func refusesMoreThanTwoHundredLevels() throws {
    func nest(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    _ = try parsed(nest(200))
    #expect(failure(Array(nest(201).utf8))?.offset == 200)
    #expect(failure(Array(repeating: 0x5B, count: 100_000))?.offset == 200)
  }

  @Test func survivesBeingCutAnywhere() {
    let whole = Array(
      #"{"aé😀": [1.5e-3, true, null, "x\n\u00e9\ud83d\ude00"], "b": {"c": -7}}"#.utf8)
    for length in 0..<whole.count { #expect(failure(Array(whole.prefix(length))) != nil) }
    #expect(failure(whole) == nil)
  }
}
