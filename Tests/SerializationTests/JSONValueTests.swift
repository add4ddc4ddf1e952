import Serialization
import Testing

@Suite("JSON values") struct JSONValueTests {
  @Test func writesTheShortestNumberThatReadsBack() throws {
    let numbers = [
      0.1, 1e-5, 1e21, .leastNonzeroMagnitude, 1.7976931348623157e308, -0.0, 1, 123_456.789,
      1.0 / 3,
    ]
    for number in numbers {
      let read = try JSONValue(parsing: Array(JSONValue.number(number).text.utf8))
      #expect(read.double?.bitPattern == number.bitPattern)
    }
    #expect(JSONValue.number(0.1).text == "0.1")
    #expect(JSONValue.number(.infinity).text == "null")
  }

  @Test func escapesOnlyWhatMustBe() {
    let text = JSONValue.string("a\"b\\c/é😀\n\r\t\u{8}\u{C}\u{1}\u{7F}\u{2028}").text
    #expect(text == #""a\"b\\c/é😀\n\r\t\b\f\u0001"# + "\u{7F}\u{2028}\"")
  }

  @Test func writesPrettyAndCompact() {
    let value: JSONValue = ["b": [1, 2.5], "a": [:], "c": [], "d": ["x": nil]]
    #expect(value.text == #"{"b":[1,2.5],"a":{},"c":[],"d":{"x":null}}"#)
    #expect(
      value.prettyText == """
        {
          "b": [
            1,
            2.5
          ],
          "a": {},
          "c": [],
          "d": {
            "x": null
          }
        }
        """)
  }

  @Test func readsBackWhatItWrites() throws {
    let value: JSONValue = [
      "": "", "n": [0, -1, 1.5, nil, true], "deep": [[["k\u{0}": "\u{1F}é"]]], "é": 1,
      "e\u{301}": 2,
    ]
    #expect(try JSONValue(parsing: Array(value.text.utf8)) == value)
    #expect(try JSONValue(parsing: Array(value.prettyText.utf8)) == value)
  }

  @Test func givesValuesByKind() {
    let value: JSONValue = ["i": 3, "d": 3.0, "h": 3.5, "s": "x", "b": false, "a": [1], "o": [:]]
    #expect(value["i"]?.int == 3)
    #expect(value["i"]?.double == 3)
    #expect(value["d"]?.int == 3)
    #expect(value["h"]?.int == nil)
    #expect(value["s"]?.string == "x")
    #expect(value["b"]?.bool == false)
    #expect(value["a"]?.array == [1])
    #expect(value["o"]?.object?.isEmpty == true)
    #expect(value["none"] == nil)
    #expect(JSONValue.integer(1)["i"] == nil)
  }
}

@Suite("JSON objects") struct JSONObjectTests {
  @Test("keeps order, below and above the size from which keys are hashed", arguments: [3, 9, 40])
  func keepsOrder(count: Int) {
    var object = JSONObject()
    let keys = (0..<count).map { "key \(($0 * 7) % count)" }
    for (index, key) in keys.enumerated() { object[key] = .integer(index) }
    #expect(object.keys == keys)
    for (index, key) in keys.enumerated() { #expect(object[key] == .integer(index)) }
    object[keys[0]] = nil
    object[keys[1]] = "new"
    #expect(object.keys == Array(keys.dropFirst()))
    #expect(object[keys[0]] == nil)
    #expect(object[keys[1]] == "new")
    #expect(object[keys[count - 1]] == .integer(count - 1))
  }

  @Test("tells canonically equal keys apart", arguments: [0, 20])
  func tellsKeysApartByBytes(others: Int) throws {
    let members = (0..<others).map { "\"\($0)\":0," }.joined()
    let value = try JSONValue(parsing: Array("{\(members)\"\u{E9}\":1,\"e\u{301}\":2}".utf8))
    #expect(value["\u{E9}"] == 1)
    #expect(value["e\u{301}"] == 2)
  }
}
