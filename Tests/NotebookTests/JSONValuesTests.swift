import Language
import Notebook
import Reporting
import Serialization
import Testing

/// Any JSON value is a value of the language, and the same one.
@Suite("JSON in scripts") struct JSONValuesTests {
  static let texts = [
    "null", "true", "false", "0", "-0", "7", "-7", "1.5", "-1.5e3", "1E5", "1e+5", "2e-4", "0.1e1",
    "123456789012", "1e300", "-1e-300", "0e0", "0E-7",
    #""""#, #""a""#, #"" ""#, #""\"\\\/\b\f\n\r\t""#, #""\u0041\u00e9\u20AC""#, #""\uD83D\uDE00""#,
    #""\u0000""#, #""é€😀""#, #""{column} # no comment""#, #""'""#, #""\\""#, #""a\/b""#,
    "\"\u{7F}\"",
    #""\u2028""#, "\"\u{2028}\"", #""\\u0041""#,
    "[]", "[ ]", "[1]", "[1,2]", "[ 1 , 2 ]", "[[]]", "[[[1]]]", "[null,true,\"x\",{}]",
    "[\n1,\n2\n]", "\t[\r\n1]", "[{\"a\":[{\"b\":[]}]}]",
    "{}", "{ }", #"{"a":1}"#, #"{"a":1,"b":{"c":[true]}}"#, #"{"":0}"#, #"{"a b":1}"#,
    #"{"if":1,"true":2,"null":3,"train":4}"#, "{\n\"a\"\n:\n1\n}", #"{"\u0061":1}"#,
    #"{"lang":"en","reply":"\"yes\""}"#, #"{"a":{"a":{"a":{}}}}"#, #"{"été":"ok"}"#,
  ]

  @Test("means the same in a script", arguments: texts)
  func same(text: String) async throws {
    let desk = Desk()
    let expected = try JSONValue(parsing: Array(text.utf8))
    let file = SourceFile(.cell(1), "let x =\n" + text)
    let (script, problems) = await desk.runner.prepare(file)
    #expect(problems.map(\.plainText) == [])
    guard let script else { return }
    _ = await desk.runner.run(script, asCell: 1)
    guard case .finished(let value)? = await desk.runCell("x", 2) else {
      return #expect(Bool(false), "\(text)")
    }
    #expect(value.json.text == Self.plain(expected).text)
    // What is printed is an expression for the same value.
    guard case .finished(let again)? = await desk.runCell("(" + value.source + ")", 3) else {
      return #expect(Bool(false), "\(value.source)")
    }
    #expect(again == value)
  }

  /// With whole numbers written as the language writes them: it has one kind of number.
  private static func plain(_ value: JSONValue) -> JSONValue {
    switch value {
    case .integer(let number): Value.integer(number).json
    case .number(let number): Value.number(number).json
    case .array(let items): .array(items.map(plain))
    case .object(let fields):
      .object(JSONObject(fields.entries.map { ($0.key, plain($0.value)) }))
    case .null, .bool, .string: value
    }
  }

  @Test("a hundred thousand brackets are an error with its place", arguments: ["[", "{\"a\":"])
  func deep(open: String) async {
    let text = "let x = " + String(repeating: open, count: 100_000)
    let (script, problems) = await Desk().runner.prepare(SourceFile(.cell(1), text))
    #expect(script == nil)
    #expect(problems.map { $0.code?.id } == ["L118"])
    #expect(problems.first?.primary != nil)
  }
}
