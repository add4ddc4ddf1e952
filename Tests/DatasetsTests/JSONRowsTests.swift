import Datasets
import Reporting
import TestSupport
import Testing

@Suite("Rows of JSON") struct JSONRowsTests {
  @Test("each known kind of row becomes its example", arguments: goodRows)
  func goodRow(row: GoodRow) throws {
    let dataset = try load(row.json + "\n")
    #expect(dataset.examples == [Example(row.content, line: 1)])
    #expect(dataset.format == .jsonLines)
  }

  @Test("each fault has its place and reason", arguments: badRows)
  func badRow(row: BadRow) throws {
    let good = #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#
    let found = problems(good + "\n\n" + row.json + "\n" + good)
    try #require(found.count == 1)
    #expect(found[0].reason == row.reason)
    #expect(found[0].line == 3)
    #expect(found[0].column == row.column)
    #expect(found[0].file == "rows.jsonl")
    #expect(found[0].message.hasPrefix("line 3 of rows.jsonl"))
  }

  @Test func saysWhereJSONBreaks() throws {
    let row = #"{"question": "Where is my order?, "reply": "…"}"#
    let problem = try #require(problems(row).first)
    #expect(problem.message == "line 1 of rows.jsonl is not valid JSON")
    #expect(problem.place == "rows.jsonl:1:36")
    #expect(problem.excerpt.text == row)
    #expect(problem.excerpt.column == 36)
    #expect(problem.diagnostic.code == "D201")
    #expect(problem.reason.detail != nil)
  }

  @Test func refusesAFileOfTwoKinds() throws {
    let text = #"{"prompt":"a","completion":"b"}"# + "\n" + #"{"text":"c"}"# + "\n"
    let problem = try #require(problems(text).first)
    #expect(
      problem.reason
        == .mixedShapes(
          found: .text("text"), expected: .pair(input: "prompt", output: "completion")))
    #expect(problem.line == 2)
  }

  @Test("translations are pairs, from the first language or the one that is named")
  func translations() throws {
    let text = #"{"id":7,"translation":{"en":"a cat","fr":"un chat"}}"#
    let dataset = try load(text)
    #expect(dataset.shape == .pair(input: "en", output: "fr"))
    #expect(dataset.examples.map(\.input) == ["a cat"])
    #expect(dataset.examples.map(\.target) == ["un chat"])
    #expect(dataset.notes.description.contains("id"))
    let back = try load(text) { $0.fields = .pair(input: "fr", output: "en") }
    #expect(back.examples.map(\.target) == ["a cat"])
    // Another direction in the midst of a file is another kind of row.
    let turned = text + "\n" + #"{"translation":{"fr":"un chien","en":"a dog"}}"#
    #expect(
      problems(turned).map(\.reason) == [
        .mixedShapes(
          found: .pair(input: "fr", output: "en"), expected: .pair(input: "en", output: "fr"))
      ])
    // Of three languages two have to be named.
    let three = #"{"translation":{"en":"a","fr":"b","de":"c"}}"#
    #expect(problems(three).map(\.reason) == [.unknownKeys(["en", "fr", "de"], suggestion: nil)])
    #expect(try load(three) { $0.fields = .pair(input: "de", output: "en") }.examples.count == 1)
  }

  @Test func collectsAllProblemsAndKeepsAHundred() throws {
    let text = #"{"text":"good"}"# + "\n" + String(repeating: "{]\n", count: 250)
    #expect(throws: DatasetError.self) { try load(text) }
    do {
      _ = try load(text)
    } catch .badRows(let file, let rows, let problems) {
      #expect(file == "rows.jsonl")
      #expect(rows == 251)
      #expect(problems.count == 250)
      #expect(problems.shown.count == 100)
    }
    let kept = try load(text) { $0.badRows = .skip }
    #expect(kept.examples.count == 1)
    #expect(kept.skipped.count == 250)
    #expect(kept.notes == [.skippedRows(250)])
  }

  @Test func skippingLeavesAtLeastOneRow() {
    #expect(throws: DatasetError.self) { try load("{]\n{]\n") { $0.badRows = .skip } }
  }

  @Test func anArrayOfRowsIsReadWithANote() throws {
    let text = "[\n  {\"text\": \"a, ] b\"},\n\n  {\n \"text\": \"c\"\n }\n]\n"
    let dataset = try load(text, name: "rows.json")
    #expect(dataset.format == .jsonArray)
    #expect(dataset.examples == [Example(.text("a, ] b"), line: 2), Example(.text("c"), line: 4)])
    #expect(dataset.notes == [.arrayInsteadOfLines])
  }

  @Test func aFaultInsideAnArrayHasItsLine() throws {
    let text = "[\n  {\"text\": \"a\"},\n  {\n    \"text\": 7\n  }\n]\n"
    let problem = try #require(problems(text).first)
    #expect(problem.place == "rows.jsonl:4:13")
    #expect(problem.reason == .wrongType(key: "text", found: "a number", expected: "a text"))
  }

  @Test(
    "an array that is not well closed is refused",
    arguments: [#"[{"text":"a"}"#, #"[{"text":"a"} {"text":"b"}]"#, #"[{"text":"a"}] x"#])
  func brokenArray(text: String) {
    #expect(problems(text).count == 1)
  }

  @Test func anObjectOverSeveralLinesIsOneProblem() {
    let found = problems("{\n  \"text\": \"a\"\n}\n")
    #expect(found.map(\.reason) == [.rowOverSeveralLines])
  }

  @Test func keysThatAreNotUsedAreNoted() throws {
    let dataset = try load(#"{"text":"a","id":1,"url":null}"#)
    #expect(dataset.notes == [.ignoredFields(["id", "url"])])
  }

  @Test("short values of other keys are kept to group rows by") func attributes() throws {
    let long = String(repeating: "é", count: 51)
    let rows = """
      {"prompt":"a","completion":"b","topic":"x","n":3,"ok":true,"r":0.5,"deep":{"k":1},"long":"\(long)"}
      {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"topic":"y","tools":[]}
      {"translation":{"en":"a","fr":"b"},"source":"z"}
      """
    let kept = try rows.split(separator: "\n").map { try load(String($0)).examples[0].attributes }
    #expect(kept == [["topic": "x", "n": "3", "ok": "true"], ["topic": "y"], ["source": "z"]])
  }

  @Test func theUserMayNameTheKeys() throws {
    let shape = RowShape.pair(input: "mr", output: "ref")
    let dataset = try load(#"{"mr":"a","ref":"b","text":"c"}"#) { $0.fields = shape }
    #expect(dataset.examples.map(\.content) == [.completion(prompt: "a", completion: "b")])
  }

  @Test func aLongLineIsRefusedByItsLength() {
    var options = DatasetFile.Options()
    options.lineLimit = 20
    let text = #"{"text":"a"}"# + "\n" + #"{"text":"aaaaaaaaaaaaaaaaaaaaa"}"#
    #expect {
      try DatasetFile(options).parse(Array(text.utf8), name: "a.jsonl")
    } throws: { error in
      guard case .badRows(_, 2, let problems)? = error as? DatasetError else { return false }
      return problems.shown.map(\.reason) == [.lineTooLong(bytes: 32, limit: 20)]
    }
  }

  @Test func excerptsAreShortAndSafeToPrint() throws {
    let row = "{\"text\": \"\u{1B}[31m\u{202E}" + String(repeating: "x", count: 500) + "\" ?"
    let problem = try #require(problems(row).first)
    #expect(problem.excerpt.text.count < 120)
    #expect(problem.excerpt.text.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    #expect(!problem.excerpt.text.contains("\u{202E}"))
  }
}

struct GoodRow: CustomTestStringConvertible {
  let json: String
  let content: Example.Content
  var testDescription: String { json }
}

private let goodRows: [GoodRow] = [
  GoodRow(
    json: """
      {"messages":[{"role":"system","content":""},{"role":"user","content":"q"},\
      {"role":"assistant","content":"x","weight":0},{"role":"tool","content":"t"},\
      {"role":"developer","content":"d"},{"role":"assistant","content":"y","weight":1}]}
      """,
    content: .conversation([
      Turn(.system, ""), Turn(.user, "q"), Turn(.assistant, "x", weight: 0), Turn(.tool, "t"),
      Turn(.developer, "d"), Turn(.assistant, "y"),
    ])),
  GoodRow(
    json: #"{"prompt":"","completion":" b"}"#, content: .completion(prompt: "", completion: " b")),
  GoodRow(json: #"{"text":"é\n"}"#, content: .text("é\n")),
  GoodRow(json: #"{"text":"a","label":"x"}"#, content: .labelled(text: "a", label: "x")),
  GoodRow(json: #"{"text":"a","label":3}"#, content: .labelled(text: "a", label: "3")),
  GoodRow(
    json: #"{"instruction":"do","input":"","output":"done"}"#,
    content: .completion(prompt: "do", completion: "done")),
  GoodRow(
    json: #"{"instruction":"do","input":"it","output":"done"}"#,
    content: .completion(prompt: "do\n\nit", completion: "done")),
  GoodRow(
    json: #"{"instruction":"do","output":"done","system":"s","history":[["a","b"]]}"#,
    content: .conversation([
      Turn(.system, "s"), Turn(.user, "a"), Turn(.assistant, "b"), Turn(.user, "do"),
      Turn(.assistant, "done"),
    ])),
  GoodRow(
    json: #"{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}]}"#,
    content: .conversation([Turn(.user, "a"), Turn(.assistant, "b")])),
  GoodRow(
    json: #"{"question":"a","answer":"b"}"#, content: .completion(prompt: "a", completion: "b")),
  GoodRow(
    json: #"{"input":"a","output":"b"}"#, content: .completion(prompt: "a", completion: "b")),
]

struct BadRow: CustomTestStringConvertible {
  let json: String
  let column: Int
  let reason: ProblemReason
  var testDescription: String { json }

  init(_ json: String, _ column: Int, _ reason: ProblemReason) {
    self.json = json
    self.column = column
    self.reason = reason
  }
}

private let roles = ["system", "user", "assistant", "developer", "tool"]

private let badRows: [BadRow] = [
  BadRow("[1]", 1, .notAnObject(found: "an array")),
  BadRow("\"a\"", 1, .notAnObject(found: "a text")),
  BadRow("{}", 1, .unknownKeys([], suggestion: nil)),
  BadRow(#"{"mesages":[]}"#, 1, .unknownKeys(["mesages"], suggestion: "messages")),
  BadRow(#"{"id":1}"#, 1, .unknownKeys(["id"], suggestion: nil)),
  BadRow(
    #"{"messages":7}"#, 13, .wrongType(key: "messages", found: "a number", expected: "an array")),
  BadRow(#"{"messages":[]}"#, 13, .noMessages),
  BadRow(
    #"{"messages":["hi"]}"#, 14,
    .wrongType(key: "messages", found: "a text", expected: "an object")),
  BadRow(#"{"messages":[{"content":"a"}]}"#, 14, .missingKey("role", of: "the message")),
  BadRow(
    #"{"é":1,"messages":[{"role":"user","content":"a"},{"role":"assitant","content":"b"}]}"#, 58,
    .unknownRole("assitant", known: roles, suggestion: "assistant")),
  BadRow(
    #"{"messages":[{"role":"bot","content":"a"}]}"#, 22,
    .unknownRole("bot", known: roles, suggestion: nil)),
  BadRow(#"{"messages":[{"role":"user"}]}"#, 14, .missingKey("content", of: "the message")),
  BadRow(
    #"{"messages":[{"role":"user","content":5}]}"#, 39,
    .wrongType(key: "content", found: "a number", expected: "a text")),
  BadRow(
    #"{"messages":[{"role":"user","content":[{"type":"text"}]}]}"#, 40,
    .wrongType(key: "content", found: "a part of type \"text\"", expected: "a text part")),
  BadRow(
    #"{"messages":[{"role":"assistant","content":null}]}"#, 44,
    .wrongType(key: "content", found: "null", expected: "a text")),
  BadRow(#"{"messages":[{"role":"assistant","content":" "}]}"#, 44, .emptyText(key: "content")),
  BadRow(
    #"{"messages":[{"role":"assistant","content":"a","weight":2}]}"#, 57,
    .wrongWeight(found: "2")),
  BadRow(
    #"{"messages":[{"role":"user","content":"a","weight":1}]}"#, 52, .weightOfOtherRole("user")),
  BadRow(#"{"messages":[{"role":"user","content":"a"}]}"#, 13, .noAssistantMessage),
  BadRow(
    #"{"messages":[{"role":"assistant","content":null,"tool_calls":[]}]}"#, 44,
    .wrongType(key: "content", found: "null", expected: "a text")),
  BadRow(#"{"text":"a"},"#, 13, .commaAfterRow),
  BadRow(#"{"text":"a"} , "#, 14, .commaAfterRow),
  BadRow(#"{"data":[{"text":"a"}],"n":1}"#, 1, .rowsInside(["data"])),
  BadRow(#"{"train":[{"text":"a"}],"test":[{}]}"#, 1, .rowsInside(["train", "test"])),
  BadRow(#"{"result":{"rows":[{"text":"a"}]}}"#, 1, .rowsInside(["result.rows"])),
  BadRow(#"{"row":{"prompt":"a","completion":"b"}}"#, 1, .rowsInside(["row"])),
  BadRow(#"{"role":"user","content":"a"}"#, 1, .messagesElsewhere(key: nil)),
  BadRow(#"{"from":"human","value":"a"}"#, 1, .messagesElsewhere(key: nil)),
  BadRow(#"{"chat":[{"role":"user","content":"a"}]}"#, 1, .messagesElsewhere(key: "chat")),
  BadRow(#"{"text":[{"role":"user","content":"a"}]}"#, 9, .messagesElsewhere(key: "text")),
  BadRow(
    #"{"prompt":[{"role":"user","content":"a"}],"completion":"b"}"#, 56,
    .wrongType(
      key: "completion", found: "a text", expected: "a list of messages, as `prompt` is")),
  BadRow(
    #"{"prompt":"a","completion":[{"role":"assistant","content":"b"}]}"#, 28,
    .messagesElsewhere(key: "completion")),
  BadRow(
    #"{"messages":[{"role":"assistant","content":"a"}],"tools":{"a":1}}"#, 58,
    .wrongType(key: "tools", found: "an object", expected: "a list of objects")),
  BadRow(
    #"{"conversations":[{"from":"humann","value":"a"}]}"#, 27,
    .unknownRole("humann", known: ["human", "gpt", "system", "observation"], suggestion: "human")),
  BadRow(#"{"conversations":[{"from":"human","value":"a"}]}"#, 18, .noAssistantMessage),
  BadRow(#"{"conversations":[{"from":"function_call","value":"{}"}]}"#, 51, .toolCall),
  BadRow(#"{"prompt":"a"}"#, 1, .missingKey("completion", of: "the row")),
  BadRow(#"{"prompt":"a","completion":""}"#, 28, .emptyText(key: "completion")),
  BadRow(
    #"{"prompt":1,"completion":"b"}"#, 11,
    .wrongType(key: "prompt", found: "a number", expected: "a text")),
  BadRow(#"{"text":" "}"#, 9, .emptyText(key: "text")),
  BadRow(#"{"text":" ","label":"x"}"#, 9, .emptyText(key: "text")),
  BadRow(#"{"text":"a","label":""}"#, 21, .emptyText(key: "label")),
  BadRow(
    #"{"text":"a","label":{}}"#, 21,
    .wrongType(key: "label", found: "an object", expected: "a text")),
  BadRow(
    #"{"text":"a","label":["b",{}]}"#, 26,
    .wrongType(key: "label", found: "a list with an object", expected: "a list of labels")),
  BadRow(#"{"text":"a","label":["b"," "]}"#, 26, .emptyText(key: "label")),
  BadRow(#"{"instruction":"a","output":""}"#, 29, .emptyText(key: "output")),
  BadRow(#"{"instruction":"a"}"#, 1, .missingKey("output", of: "the row")),
  BadRow(
    #"{"instruction":"a","output":"b","history":[["c"]]}"#, 44,
    .wrongType(
      key: "history", found: "a list with an array", expected: "a list of pairs of texts")),
]
