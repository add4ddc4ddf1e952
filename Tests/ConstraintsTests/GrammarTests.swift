import Constraints
import Serialization
import Testing

@Suite("What a schema allows") struct GrammarTests {
  @Test("any object is JSON and nothing else") func anyObject() {
    let grammar = Grammar.anyObject
    for text in [
      "{}", " {}", "\n{ }", "{\"a\":1}",
      "{\"a\": [1, -2.5e3, \"x\\n\\u00e9\\ud83d\\ude00\", null]}",
      "{\n  \"a\": {\n    \"b\": [],\n    \"c\": true\n  }\n}",
      "{\"\u{E9}\u{65E5}\u{1F600}\":\"\u{E9}\"}",
    ] {
      #expect(grammar.accepts(text), "\(text)")
      #expect(throws: Never.self) { try JSONValue(parsing: Array(text.utf8)) }
    }
    for text in [
      "", "[]", "1", "{", "{\"a\"}", "{\"a\":1,}", "{a:1}", "{\"a\":01}", "{\"a\":\"\t\"}", "{} ",
      "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\x\"}", "{\"a\":1,\"a\":2}", "{\"a\":1.}", "{\"\":1}",
      "{   \"a\":1}", "\t{}",
    ] {
      #expect(!grammar.accepts(text), "\(text)")
    }
  }

  @Test("levels end before a reader's limit") func depth() throws {
    let schema = try Grammar(schema: true)
    func nested(_ count: Int) -> String {
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(schema.accepts(nested(64)) && !schema.accepts(nested(65)))
    #expect(schema.following(String(repeating: "[", count: 64))?.contains("[") == false)
  }

  @Test("is what fits it, in its order", arguments: Self.cases)
  func schemas(example: Case) throws {
    let grammar = try Grammar(schemaFile: Array(example.schema.utf8))
    for text in example.fits { #expect(grammar.accepts(text), "\(text) fits") }
    for text in example.fitsNot { #expect(!grammar.accepts(text), "\(text) does not fit") }
  }

  struct Case {
    let schema: String
    let fits: [String]
    let fitsNot: [String]
  }

  static let cases = [
    Case(
      schema: """
        {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},
        "required":["name"],"additionalProperties":false}
        """,
      fits: ["{\"name\":\"\"}", "{\"name\": \"x\", \"age\": -3}"],
      fitsNot: [
        "{}", "{\"age\":3}", "{\"age\":3,\"name\":\"\"}", "{\"name\":\"\",\"x\":1}",
        "{\"name\":1}",
      ]),
    Case(
      schema: #"{"properties":{"ab":{"type":"null"}},"additionalProperties":{"type":"boolean"}}"#,
      fits: ["{}", #"{"ab":null}"#, #"{"a":true,"abc":false}"#, #"{"ab":null,"b":true}"#],
      fitsNot: [#"{"ab":true}"#, #"{"b":null}"#, #"{"b":true,"ab":null}"#, #"{"b":true,"b":true}"#]),
    Case(
      schema: #"{"type":"object","required":["a"],"additionalProperties":{"type":"null"}}"#,
      fits: [#"{"a":null}"#, #"{"a":null,"b":null}"#], fitsNot: ["{}", #"{"b":null}"#]),
    Case(
      schema: #"{"type":"object","minProperties":1,"maxProperties":2}"#,
      fits: [#"{"a":1}"#, #"{"a":1,"b":2}"#], fitsNot: ["{}", #"{"a":1,"b":2,"c":3}"#]),
    Case(
      schema: #"{"type":"array","items":{"type":"integer","minimum":0},"minItems":2,"maxItems":3}"#,
      fits: ["[1,2]", "[1, 2, 3]", "[\n  1,\n  2\n]"],
      fitsNot: ["[]", "[1]", "[1,2,3,4]", "[1,-2]"]),
    Case(
      schema: #"{"prefixItems":[{"const":"a"},{"type":"integer"}],"items":{"type":"null"}}"#,
      fits: ["[]", #"["a"]"#, #"["a",1]"#, #"["a",1,null,null]"#],
      fitsNot: [#"["b"]"#, #"["a",null]"#, #"["a",1,2]"#]),
    Case(
      schema: #"{"prefixItems":[{},{"type":"null"}],"items":false,"minItems":1}"#,
      fits: ["[1]", "[[],null]"], fitsNot: ["[]", "[1,null,1]"]),
    Case(
      schema: #"{"type":"string","minLength":2,"maxLength":3}"#,
      fits: [#""ab""#, "\"\u{E9}\u{1F600}\"", #""\n\u00e9\ud83d\ude00""#],
      fitsNot: [#""a""#, #""abcd""#, "\"\u{1F600}\""]),
    Case(
      schema: #"{"type":"string","pattern":"^[a-c]{2,}(x|y)?$"}"#,
      fits: [#""ab""#, #""abcx""#], fitsNot: [#""a""#, #""abxy""#, #""dab""#]),
    Case(
      schema: #"{"type":"string","pattern":"\\d|^\"a|z$"}"#,
      fits: [#""1""#, #""ab7cd""#, #""\"ax""#, #""yz""#], fitsNot: [#""a""#, #""zy""#, #""""#]),
    Case(
      schema: #"{"type":"string","format":"date"}"#,
      fits: [#""2024-02-29""#, #""1999-12-31""#],
      fitsNot: [#""2023-02-29""#, #""1900-02-29""#, #""2023-13-01""#, #""2023-04-31""#]),
    Case(
      schema: #"{"type":["string","null"],"enum":["a\nb",null,3]}"#,
      fits: [#""a\nb""#, "null"], fitsNot: ["3", #""a""#]),
    Case(
      schema: #"{"const":{"a":[1,2],"b":{}}}"#,
      fits: [#"{"a":[1,2],"b":{}}"#, #"{"a": [1, 2], "b": {}}"#], fitsNot: [#"{"b":{},"a":[1,2]}"#]),
    Case(
      schema: #"{"type":"integer"}"#, fits: ["0", "-7", "123456"],
      fitsNot: ["-0", "01", "1.0", "1e3", "+1", "1234567890123456"]),
    Case(
      schema: #"{"type":"integer","minimum":-3,"exclusiveMaximum":120}"#,
      fits: ["-3", "-1", "0", "7", "99", "119"], fitsNot: ["-4", "-10", "120", "1190", "200"]),
    Case(
      schema: #"{"type":"number","exclusiveMinimum":0.25,"maximum":10}"#,
      fits: ["0.251", "0.3", "1", "9.99", "10", "10.00"],
      fitsNot: ["0", "0.25", "0.250", "0.2", "10.01", "11", "-1"]),
    Case(
      schema: #"{"type":"number","minimum":-1.5,"maximum":-0.5}"#,
      fits: ["-1.5", "-1", "-0.5", "-0.50", "-1.49"], fitsNot: ["-1.51", "-0.4", "0", "1", "-2"]),
    Case(
      schema: #"{"type":"integer","multipleOf":7,"minimum":10}"#,
      fits: ["14", "21", "7000"], fitsNot: ["7", "15", "-7"]),
    Case(
      schema: #"{"type":"number","multipleOf":0.05}"#,
      fits: ["0", "1", "0.05", "-2.5", "3.15"], fitsNot: ["0.01", "0.051", "1.13"]),
    Case(
      schema: ##"{"anyOf":[{"type":"integer"},{"type":"array","items":{"$ref":"#"}}]}"##,
      fits: ["1", "[]", "[[1],2]"], fitsNot: ["null", "[null]"]),
    Case(
      schema: """
        {"$defs":{"node":{"type":"object","properties":{"value":{"type":"integer"},"next":{"anyOf":[
        {"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["value","next"]}},"$ref":"#/$defs/node"}
        """,
      fits: [#"{"value":1,"next":null}"#, #"{"value":1,"next":{"value":2,"next":null}}"#],
      fitsNot: [#"{"value":1}"#, #"{"value":1,"next":{}}"#]),
    Case(
      schema: """
        {"oneOf":[{"type":"object","properties":{"kind":{"const":"a"},"x":{"type":"integer"}},
        "required":["kind","x"]},{"type":"object","properties":{"kind":{"const":"b"}},"required":["kind"]}]}
        """,
      fits: [#"{"kind":"a","x":1}"#, #"{"kind":"b"}"#],
      fitsNot: [#"{"kind":"a"}"#, #"{"kind":"c"}"#]),
    Case(
      schema: """
        {"allOf":[{"type":"object","properties":{"a":{"type":"integer","minimum":1}},"required":["a"]},
        {"properties":{"a":{"maximum":5},"b":{"type":"null"}}}]}
        """,
      fits: [#"{"a":1}"#, #"{"a":5,"b":null}"#], fitsNot: ["{}", #"{"a":6}"#, #"{"a":0}"#]),
    Case(
      schema: """
        {"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}},
        "additionalProperties":false,"anyOf":[{"required":["a"]},{"required":["b"]}]}
        """,
      fits: [#"{"a":null}"#, #"{"b":null}"#, #"{"a":null,"b":null}"#], fitsNot: ["{}"]),
    Case(
      schema: #"{"type":"boolean","title":"x","description":"y","x-order":3}"#,
      fits: ["true", "false"], fitsNot: ["null"]),
    Case(schema: "{}", fits: ["1", "[]", #"{"a":"b"}"#, "null"], fitsNot: ["", "x"]),
  ]

  @Test("what cannot be held is refused by its name and place", arguments: Self.refusals)
  func refused(schema: String, error: SchemaError) {
    #expect(throws: error) { try Grammar(schemaFile: Array(schema.utf8)) }
    #expect(!error.message.isEmpty)
  }

  static let refusals: [(String, SchemaError)] = [
    (#"{"not":{"type":"null"}}"#, .unsupported(keyword: "not", place: "#/not")),
    (
      #"{"properties":{"a":{"uniqueItems":true,"type":"array"}}}"#,
      .unsupported(keyword: "uniqueItems", place: "#/properties/a/uniqueItems")
    ),
    (
      #"{"patternProperties":{}}"#,
      .unsupported(keyword: "patternProperties", place: "#/patternProperties")
    ),
    (#"{"if":true}"#, .unsupported(keyword: "if", place: "#/if")),
    (#"{"requird":[]}"#, .unsupported(keyword: "requird", place: "#/requird")),
    (
      #"{"type":"strin"}"#,
      .malformed(
        place: "#/type", expected: "object, array, string, number, integer, boolean, null")
    ),
    (
      #"{"type":"string","minLength":-1}"#,
      .malformed(place: "#/minLength", expected: "a whole number from 0 to 1000000")
    ),
    (
      #"{"items":3}"#,
      .malformed(place: "#/items", expected: "a schema, which is an object or a truth value")
    ),
    (#"3"#, .malformed(place: "#", expected: "a schema, which is an object or a truth value")),
    (##"{"$ref":"#/$defs/x"}"##, .noSuchReference("#/$defs/x", place: "#/$ref")),
    (#"{"$ref":"other.json"}"#, .noSuchReference("other.json", place: "#/$ref")),
    (##"{"$ref":"#"}"##, .unfulfillable(place: "#")),
    (
      ##"{"properties":{"a":{"$ref":"#"}},"required":["a"]}"##,
      .unfulfillable(place: "#/properties/a")
    ),
    (
      #"{"properties":{"a":{"type":"integer","minimum":5,"maximum":4}},"required":["a"]}"#,
      .unfulfillable(place: "#/properties/a")
    ),
    (#"{"enum":[]}"#, .unfulfillable(place: "#")),
    (#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#, .overlapping(place: "#/oneOf")),
    (
      #"{"type":"string","pattern":"a","maxLength":3}"#,
      .notTogether("pattern", "maxLength", place: "#")
    ),
    (#"{"enum":["a"],"minLength":3}"#, .notTogether("enum", "minLength", place: "#")),
    (
      #"{"type":"string","pattern":"^(?=a)b"}"#,
      .pattern(
        "^(?=a)b", place: "#/pattern", offset: 1, reason: "looking ahead or back cannot be followed"
      )
    ),
    (
      #"{"type":"string","pattern":"a^b"}"#,
      .pattern(
        "a^b", place: "#/pattern", offset: 0, reason: "`^` or `$` stands elsewhere than at an end")
    ),
    (
      #"{"type":"string","pattern":"(a"}"#,
      .pattern("(a", place: "#/pattern", offset: 0, reason: "a `(` without its `)`")
    ),
  ]
}
