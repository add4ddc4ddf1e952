import Datasets
import Testing
import Tokenizers

/// Rows are encoded whole, with a tokenizer that joins a space to the letter after it and puts one
/// before each text.
@Suite("Encoding rows whole") struct WholeEncodingTests {
  private static let file = #"""
    {"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
      {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
     "added_tokens": [{"id": 1, "content": "<s>", "special": true},
      {"id": 2, "content": "</s>", "special": true}],
     "model": {"type": "BPE", "merges": ["▁ a", "▁ b"],
      "vocab": {"<unk>": 0, "▁": 3, "a": 4, "b": 5, "▁a": 6, "▁b": 7, ":": 8}}}
    """#

  private static func encoder(_ end: Int32? = 2, begin: Int32? = nil) throws -> ExampleEncoder {
    ExampleEncoder(
      try Tokenizer(fileContents: Array(file.utf8)), template: try template(colons),
      options: .init(maximumLength: 100, beginID: begin, endID: end))
  }

  /// Ends each turn with the end token, and begins the assistant's with a colon.
  private static let colons = """
    {% for m in messages %}{{ ': ' if m.role == 'assistant' }}{{ m.content }}</s>{% endfor %}\
    {{ ':' if add_generation_prompt }}
    """

  private static func encoded(_ content: Example.Content) throws -> EncodedExample {
    try #require(try encoder().encode(Example(content, line: 1), row: 0).first)
  }

  @Test func anAnswerGetsNoSpaceOfItsOwn() throws {
    let row = try Self.encoded(.completion(prompt: "a", completion: " b"))
    #expect(row.ids == [6, 7, 2])
    #expect(row.lossMask == [false, true, true])
    let letters = try Self.encoded(.completion(prompt: "a", completion: "b"))
    #expect(letters.ids == [6, 5, 2])
  }

  @Test func aTokenOverTheBoundaryIsTrainedAndToldOf() throws {
    let row = Example(.completion(prompt: "a ", completion: "b"), line: 7)
    let result = try Self.encoder().encode([row], file: "a")
    #expect(result.examples.map(\.ids) == [[6, 7, 2]])
    #expect(result.examples.map(\.lossMask) == [[false, true, true]])
    #expect(result.joinedLines == [7])
    let apart = Example(.completion(prompt: "a", completion: " b"), line: 8)
    #expect(try Self.encoder().encode([apart], file: "a").joinedLines == [])
  }

  @Test func chatsAndLabelsAreEncodedWhole() throws {
    let chat = try Self.encoded(
      .conversation([
        Turn(.user, "a"), Turn(.assistant, "b"), Turn(.user, "b"), Turn(.assistant, "a"),
      ]))
    // The reference normalises what follows a special token as a text of its own.
    #expect(chat.ids == [6, 2, 3, 8, 7, 2, 7, 2, 3, 8, 6, 2])
    #expect(
      chat.lossMask == [
        false, false, false, false, true, true, false, false, false, false, true, true,
      ])
    let label = try Self.encoded(.labelled(text: "a", label: "b"))
    #expect(Array(label.ids.suffix(2)) == [7, 2])
    #expect(Array(label.lossMask.suffix(3)) == [false, true, true])
  }

  @Test func generationStartsFromWhatWasTrained() throws {
    let encoder = try Self.encoder(begin: 1)
    let turns = [Turn(.user, "a"), Turn(.assistant, "b"), Turn(.user, "b"), Turn(.assistant, "a")]
    let rows = [
      Example(.conversation(turns), line: 1),
      Example(.completion(prompt: "a", completion: " b"), line: 2),
      Example(.labelled(text: "b", label: "a"), line: 3),
    ]
    for row in rows {
      let whole = try #require(try encoder.encode(row, row: 0).last)
      let prompt = try encoder.prompt(of: row)
      #expect(prompt == Array(whole.ids.prefix(prompt.count)))
      #expect(whole.lossMask[prompt.count] && !whole.lossMask[prompt.count - 1])
      #expect(prompt.count { $0 == 1 } == 1)
    }
    #expect(
      try encoder.prompt(of: Array(turns.dropLast())) == encoder.prompt(of: rows[0]))
  }

  @Test func answersShareTheirPrompt() throws {
    let encoder = try Self.encoder(begin: 1)
    let apart = encoder.beginnings(of: [" b", "b", " a"], after: "a")
    #expect(apart == EncodedAnswers(prompt: [1, 6], answers: [[7], [5], [6]]))
    // The space of the prompt is in the tokens of the answers.
    let joined = encoder.beginnings(of: ["b", "a"], after: "a ")
    #expect(joined == EncodedAnswers(prompt: [1, 6], answers: [[7], [6]]))
    // One answer joins it and the other does not: the prompt ends before it.
    let mixed = encoder.beginnings(of: ["b", ":"], after: "a ")
    #expect(mixed == EncodedAnswers(prompt: [1, 6], answers: [[7], [3, 8]]))
    let row = Example(.completion(prompt: "a", completion: " b"), line: 1)
    #expect(
      try encoder.answers(to: row, among: [" b", " a"])
        == EncodedAnswers(prompt: [1, 6], answers: [[7, 2], [6, 2]]))
    let empty = encoder.beginnings(of: ["a", "b"], after: "")
    #expect(empty == EncodedAnswers(prompt: [1], answers: [[6], [7]]))
  }

  @Test func withoutAnEndNothingIsEncoded() throws {
    let row = Example(.text("a"), line: 1)
    let encoder = try Self.encoder(nil)
    #expect(throws: ProblemReason.noEnd(asked: nil)) { try encoder.encode(row, row: 0) }
    #expect(throws: DatasetError.noEnd(asked: nil)) { try encoder.encode([row], file: "a") }
    #expect(try encoder.prompt(of: row) == [6])
  }
}
