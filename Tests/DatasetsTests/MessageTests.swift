import Datasets
import Serialization
import Testing

/// Writes the given keys of a message, and of the row first: `{key=json}` before the text.
private func keyed(_ keys: [String]) -> String {
  let names = keys.map { "'\($0)'" }.joined(separator: ", ")
  return """
    {% if not messages %}{{ raise_exception('no messages') }}{% endif %}\
    {{ '<b>' if messages[0].role != 'system' }}\
    {{ tools|tojson(separators=(',', ':')) if tools and 'tools' in [\(names)] }}\
    {% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}\
    {% for key in [\(names)] if key in m %}\
    {{ '{' + key + '=' + m[key]|tojson(separators=(',', ':')) + '}' }}{% endfor %}\
    {{ m.content }}{{ '<e>\\n' }}{% endfor %}{{ '<a>' if add_generation_prompt }}
    """
}

private func encoded(_ row: String, keys: [String] = []) throws -> EncodedDataset {
  try encoded(row, by: keyed(keys))
}

private func encoded(_ rows: String, by source: String) throws -> EncodedDataset {
  let options = ExampleEncoder.Options(maximumLength: 1000, endID: 2)
  let encoder = ExampleEncoder(
    LetterEncoder(), template: try template(source), options: options)
  return try encoder.encode(try load(rows).examples, file: "rows.jsonl")
}

@Suite("Messages") struct MessageTests {
  private func turns(_ row: String) throws -> [Turn] {
    guard case .conversation(let turns)? = try load(row).examples.first?.content else { return [] }
    return turns
  }

  static let nothing: [String] = [
    #""tool_calls":null"#, #""tool_calls":[]"#, #""function_call":null"#, #""name":null"#,
    #""weight":null"#, #""refusal":null,"audio":null,"annotations":[]"#, #""tools":null"#,
  ]

  @Test("null and empty values are nothing", arguments: nothing) func nothings(keys: String) throws
  {
    for names in [("messages", "role", "content"), ("conversations", "from", "value")] {
      let row =
        #"{"\#(names.0)":[{"\#(names.1)":"user","\#(names.2)":"a",\#(keys)},"#
        + #"{"\#(names.1)":"assistant","\#(names.2)":"b",\#(keys)}]}"#
      #expect(try turns(row) == [Turn(.user, "a"), Turn(.assistant, "b")])
    }
  }

  static let weights: [(json: String, isTrained: Bool)] = [
    ("0", false), ("1", true), ("0.0", false), ("1.0", true), ("null", true),
  ]

  @Test("a weight counts in each way of writing", arguments: weights)
  func weight(json: String, isTrained: Bool) throws {
    let openAI = #"{"role":"assistant","content":"b","weight":\#(json)}"#
    let shareGPT = #"{"from":"gpt","value":"b","weight":\#(json)}"#
    for row in [
      #"{"messages":[\#(openAI)]}"#, #"{"conversations":[\#(openAI)]}"#,
      #"{"conversations":[\#(shareGPT)]}"#, #"{"messages":[\#(shareGPT)]}"#,
    ] {
      #expect(try turns(row).map(\.isTrained) == [isTrained], "\(row)")
    }
  }

  @Test("a system text of the row goes first, once, and is no unused key") func system() throws {
    for (key, message) in [
      ("messages", #"{"role":"assistant","content":"b"}"#),
      ("conversations", #"{"from":"gpt","value":"b"}"#),
    ] {
      let dataset = try load(#"{"system":"s","\#(key)":[\#(message)]}"#)
      #expect(
        dataset.examples[0].content == .conversation([Turn(.system, "s"), Turn(.assistant, "b")]))
      #expect(dataset.notes == [])
    }
    let two =
      #"{"system":"s","messages":[{"role":"system","content":"t"},{"role":"assistant","content":"b"}]}"#
    #expect(try turns(two).map(\.content) == ["t", "b"])
    #expect(try load(two).notes == [.ignoredFields(["system"])])
  }

  @Test("a prompt and a completion may be lists of messages") func lists() throws {
    let row = """
      {"prompt":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},\
      {"role":"user","content":"c"}],"completion":[{"role":"assistant","content":"d"}]}
      """
    #expect(
      try turns(row) == [
        Turn(.user, "a"), Turn(.assistant, "b", weight: 0), Turn(.user, "c"), Turn(.assistant, "d"),
      ])
  }

  @Test("a call of ShareGPT is one of the assistant's tool calls") func functionCall() throws {
    let row = #"""
      {"conversations":[{"from":"function_call","value":"{\"name\":\"f\",\"arguments\":{\"x\":1}}"}]}
      """#
    let calls = try turns(row)[0].fields["tool_calls"]
    #expect(calls?.text == #"[{"type":"function","function":{"name":"f","arguments":{"x":1}}}]"#)
  }

  @Test("keys that are not used are counted when not every row has them") func counts() throws {
    let rows = #"{"text":"a","id":1}"# + "\n" + #"{"text":"b","id":2,"url":"u"}"#
    #expect(try load(rows).notes == [.ignoredFields(["id", "url (1 row)"])])
  }
}

@Suite("What messages have beside texts") struct MessageFieldTests {
  private static let reasoned =
    #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","reasoning_content":"r","content":"a"}]}"#

  @Test("what the template writes is trained") func written() throws {
    let result = try encoded(Self.reasoned, keys: ["reasoning_content"])
    #expect(result.unwrittenKeys == [:])
    #expect(
      result.examples.map(picture)
        == [
          [
            #"BUqE/A{reasoning_content="r"}aE/"#,
            "......" + String(repeating: "^", count: 25) + ".",
          ]
        ])
  }

  @Test("what it does not write is told, with the number of rows") func unwritten() throws {
    let rows =
      Self.reasoned + "\n" + Self.reasoned.replacing("\"user\",", with: "\"user\",\"id\":7,")
    #expect(try encoded(rows).unwrittenKeys == ["reasoning_content": 2, "id": 1])
  }

  @Test("a call that the template does not write refuses the row") func calls() throws {
    let row = """
      {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,\
      "tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}],"tools":[{"name":"f"}]}
      """
    let result = try encoded(row, keys: ["tool_calls", "tools"])
    #expect(result.unwrittenKeys == [:])
    #expect(picture(result.examples[0])[0].hasPrefix(#"B[{"name":"f"}]UqE"#))
    #expect {
      try encoded(row)
    } throws: { error in
      guard case .badRows(_, 1, let problems)? = error as? DatasetError else { return false }
      return problems.shown.map(\.reason) == [.templateDropsCall(turn: 2, key: "tool_calls")]
    }
  }

  @Test("an assistant who speaks first is trained from where the turn begins") func first() throws {
    let row = """
      {"messages":[{"role":"assistant","content":"hi"},{"role":"user","content":"q"},\
      {"role":"assistant","content":"a"}]}
      """
    #expect(try encoded(row).examples.map(picture) == [["BAhiE/UqE/AaE/", "..^^^......^^."]])
    let context = row.replacing("\"hi\"", with: "\"hi\",\"weight\":0")
    #expect(try encoded(context).examples.map(picture) == [["BAhiE/UqE/AaE/", "...........^^."]])
  }

  @Test("rows that differ in a call alone are not the same") func duplicates() throws {
    let rows = ["f", "g"].map {
      #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","tool_calls":[{"name":"\#($0)"}]}]}"#
    }
    #expect(Duplicates(try load(rows.joined(separator: "\n")).examples).groups == [])
  }
}
