import Datasets
import Foundation
import Serialization
import Testing

@Suite("Rows with preferences") struct PreferenceRowTests {
  /// A row, and what it says.
  struct Good: CustomTestStringConvertible, Sendable {
    let json: String
    let content: Example.Content
    var testDescription: String { json }
  }

  static let hello = Turn(.user, "q", weight: 0)
  static let pair: Example.Content = .preference(
    .conversation([hello, Turn(.assistant, "good")]),
    over: .conversation([hello, Turn(.assistant, "bad")]))

  static let good: [Good] = [
    Good(
      json: #"{"prompt":"q","chosen":"good","rejected":"bad"}"#,
      content: .preference(
        .completion(prompt: "q", completion: "good"),
        over: .completion(prompt: "q", completion: "bad"))),
    Good(
      json: #"{"chosen":"Hello you","rejected":"Hello me"}"#,
      content: .preference(.text("Hello you"), over: .text("Hello me"))),
    Good(
      json: """
        {"prompt":[{"role":"user","content":"q"}],"chosen":[{"role":"assistant","content":"good"}],\
        "rejected":[{"role":"assistant","content":"bad"}]}
        """, content: pair),
    // The prompt is what both lists begin with, whatever a text beside them says.
    Good(
      json: """
        {"prompt":"q","chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"good"}],\
        "rejected":[{"role":"user","content":"q"},{"role":"assistant","content":"bad"}]}
        """, content: pair),
    Good(
      json: """
        {"prompt":"q","chosen":[{"role":"assistant","content":"good"}],\
        "rejected":{"role":"assistant","content":"bad"}}
        """, content: pair),
    Good(
      json: """
        {"input":{"messages":[{"role":"user","content":"q"}],"tools":[],"parallel_tool_calls":true},\
        "preferred_output":[{"role":"assistant","content":"good"}],\
        "non_preferred_output":[{"role":"assistant","content":"bad"}]}
        """, content: pair),
    Good(
      json: """
        {"input":{"messages":[{"role":"user","content":"q"}]},\
        "preferred_completion":[{"role":"assistant","content":"good"}],\
        "non_preferred_completion":[{"role":"assistant","content":"bad"}]}
        """, content: pair),
    Good(
      json: #"{"system":"s","question":"q","chosen":"good","rejected":"bad"}"#,
      content: .preference(
        .conversation([Turn(.system, "s"), Turn(.user, "q"), Turn(.assistant, "good")]),
        over: .conversation([Turn(.system, "s"), Turn(.user, "q"), Turn(.assistant, "bad")]))),
    Good(
      json: #"{"instruction":"do","input":"it","chosen":"good","rejected":"bad"}"#,
      content: .preference(
        .completion(prompt: "do\n\nit", completion: "good"),
        over: .completion(prompt: "do\n\nit", completion: "bad"))),
    // An earlier answer is of the prompt, and not trained.
    Good(
      json: """
        {"chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},\
        {"role":"user","content":"r"},{"role":"assistant","content":"good"}],\
        "rejected":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},\
        {"role":"user","content":"r"},{"role":"assistant","content":"bad"}]}
        """,
      content: .preference(
        .conversation([
          hello, Turn(.assistant, "a", weight: 0), Turn(.user, "r"), Turn(.assistant, "good"),
        ]),
        over: .conversation([
          hello, Turn(.assistant, "a", weight: 0), Turn(.user, "r"), Turn(.assistant, "bad"),
        ]))),
    Good(
      json: #"{"prompt":"q","completion":"a","label":false}"#,
      content: .verdict(.completion(prompt: "q", completion: "a"), isGood: false)),
    Good(
      json: """
        {"prompt":[{"role":"user","content":"q"}],\
        "completion":[{"role":"assistant","content":"good"}],"label":true}
        """,
      content: .verdict(.conversation([hello, Turn(.assistant, "good")]), isGood: true)),
    Good(
      json: """
        {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"label":true}
        """, content: .verdict(.conversation([hello, Turn(.assistant, "a")]), isGood: true)),
  ]

  @Test("are told by their content", arguments: good) func told(row: Good) throws {
    let data = try load(row.json + "\n" + row.json)
    #expect(data.examples.map(\.content) == [row.content, row.content])
    #expect(data.notes.isEmpty, "\(data.notes)")
  }

  @Test("have their tools in `input`") func tools() throws {
    let row = """
      {"input":{"messages":[{"role":"user","content":"q"}],"tools":[{"type":"function"}]},\
      "preferred_output":[{"role":"assistant","content":"good"}],\
      "non_preferred_output":[{"role":"assistant","content":"bad"}]}
      """
    #expect(try load(row).examples[0].fields["tools"] != nil)
  }

  @Test("are read from tables") func tables() throws {
    let data = try load("prompt,chosen,rejected\nq,good,bad\n", name: "rows.csv")
    #expect(
      data.examples.map(\.content) == [
        .preference(
          .completion(prompt: "q", completion: "good"),
          over: .completion(prompt: "q", completion: "bad"))
      ])
    let texts = try load("chosen\trejected\nA good\tA bad\n", name: "rows.tsv")
    #expect(texts.examples.map(\.content) == [.preference(.text("A good"), over: .text("A bad"))])
  }

  /// A row that cannot be used, and where the fault is.
  struct Bad: CustomTestStringConvertible, Sendable {
    let json: String
    /// What stands at the fault.
    let place: String
    let reason: ProblemReason
    var testDescription: String { json }
  }

  static let bad: [Bad] = [
    Bad(
      json: #"{"prompt":"q","chosen":"same","rejected": "same"}"#, place: #" "same"}"#,
      reason: .sameAnswers("chosen", "rejected")),
    Bad(
      json: #"{"prompt":"q","chosen":"a","rejected": ""}"#, place: #" ""}"#,
      reason: .emptyText(key: "rejected")),
    Bad(
      json: #"{"prompt":"q","chosen":"a","rejected": 3}"#, place: " 3",
      reason: .wrongType(key: "rejected", found: "a number", expected: "a text")),
    Bad(
      json: #"{"prompt":"q","chosen":[{"role":"assistant","content":"a"}],"rejected": "b"}"#,
      place: #" "b""#,
      reason: .wrongType(
        key: "rejected", found: "a text", expected: "a list of messages, as `chosen` is")),
    Bad(
      json: """
        {"chosen":[{"role":"user","content":"a"}],"rejected":[{"role":"user","content":"b"}]}
        """, place: #":[{"role":"user","content":"a"}"#, reason: .noAssistantMessage),
    Bad(
      json: #"{"input": {},"preferred_output":[],"non_preferred_output":[]}"#, place: " {}",
      reason: .missingKey("messages", of: "the row")),
    Bad(
      json: """
        {"input":{"messages":[{"role":"user","content":"q"}]},\
        "preferred_output":[{"role":"assistant","content":"good"}]}
        """, place: "{\"input", reason: .missingKey("non_preferred_output", of: "the row")),
    Bad(
      json: """
        {"prompt":"q","chosen":[{"role": "boss","content":"a"}],\
        "rejected":[{"role":"assistant","content":"b"}]}
        """, place: #" "boss""#,
      reason: .unknownRole(
        "boss", known: ["system", "user", "assistant", "developer", "tool"], suggestion: nil)),
    Bad(
      json: #"{"completion":"a","label":true}"#, place: "{",
      reason: .missingKey("prompt", of: "the row")),
  ]

  @Test("that cannot be used are told with their place", arguments: bad) func place(row: Bad) throws
  {
    let before = try #require(row.json.range(of: row.place))
    let space = row.place.hasPrefix(" ") || row.place.hasPrefix(":") ? 1 : 0
    let column = row.json.distance(from: row.json.startIndex, to: before.lowerBound) + 1 + space
    let found = problems(Self.good[0].json + "\n" + row.json)
    #expect(found.map(\.reason) == [row.reason])
    #expect(found.map(\.line) == [2] && found.map(\.column) == [column])
  }

  @Test("do not stand among others") func mixed() throws {
    let found = problems(#"{"prompt":"a","completion":"b"}"# + "\n" + Self.good[0].json)
    #expect(
      found.map(\.reason) == [
        .mixedShapes(found: .preference, expected: .pair(input: "prompt", output: "completion"))
      ])
  }

  // MARK: As tokens

  private func encoder(_ change: (inout ExampleEncoder.Options) -> Void = { _ in })
    -> ExampleEncoder
  {
    var options = ExampleEncoder.Options(maximumLength: 64, beginID: 1, endID: 2)
    change(&options)
    return ExampleEncoder(LetterEncoder(), options: options)
  }

  @Test("compute what both answers begin with once") func sharing() throws {
    let rows = try load(#"{"prompt":"ab","chosen":"cd","rejected":"ce"}"#).examples
    let row = try #require(try encoder().encode(rows[0], row: 0).first)
    #expect(row.ids == [1, 97, 98, 99, 100, 2])
    #expect(row.lossMask == [false, false, false, true, true, true])
    let other = try #require(row.other)
    #expect(other.ids == [1, 97, 98, 99, 101, 2] && other.lossMask == row.lossMask)
    // The last token of the prompt has another one to predict in each answer.
    #expect(other.sharedCount == 2 && row.computedCount == 8)
    let whole = try #require(
      try encoder { $0.sharesBeginnings = false }.encode(rows[0], row: 0).first)
    #expect(whole.other?.sharedCount == 0 && whole.computedCount == 10)
  }

  @Test("of whole texts are judged by where they differ") func wholeTexts() throws {
    let rows = try load(#"{"chosen":"ab","rejected":"acd"}"#).examples
    #expect(rows[0].input == "a" && rows[0].target == "ab")
    let row = try #require(try encoder().encode(rows[0], row: 0).first)
    #expect(row.lossMask == [false, false, true, true])
    #expect(row.other?.lossMask == [false, false, true, true, true])
  }

  @Test("train answers alone, whatever is set for other rows") func answersAlone() throws {
    let rows = try load(#"{"prompt":"ab","completion":"c","label":true}"#).examples
    let row = try #require(
      try encoder { $0.trainOn = .everything }.encode(rows[0], row: 0).first)
    #expect(row.lossMask == [false, false, false, true, true])
    #expect(row.goal == .verdict(isGood: true, mismatched: nil))
  }

  @Test("that are too long are cut in both answers, or refused") func long() throws {
    let rows = try load(#"{"prompt":"ab","chosen":"cdefgh","rejected":"c"}"#).examples
    let cut = try encoder { ($0.maximumLength, $0.longRows) = (5, .cut) }.encode(rows, file: "")
    #expect(cut.examples[0].ids.count == 5 && cut.cutLines == [1])
    #expect(throws: DatasetError.self) {
      try encoder { $0.maximumLength = 5 }.encode(rows, file: "")
    }
    // Nothing of an answer would be left.
    #expect(throws: DatasetError.self) {
      try encoder { ($0.maximumLength, $0.longRows) = (3, .cut) }.encode(rows, file: "")
    }
  }
}
