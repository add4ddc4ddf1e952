import Datasets
import Reporting
import Testing

@Suite("ExampleEncoder") struct ExampleEncoderTests {
  private func encoder(
    length: Int = 1000, template source: String? = tags,
    _ change: (inout ExampleEncoder.Options) -> Void = { _ in }
  ) throws -> ExampleEncoder {
    var options = ExampleEncoder.Options(maximumLength: length, endID: 2)
    change(&options)
    return ExampleEncoder(
      LetterEncoder(), template: try source.map { try template($0) }, options: options)
  }

  private func pictures(
    _ content: Example.Content, with encoder: ExampleEncoder
  ) throws -> [[String]] {
    try encoder.encode([Example(content, line: 1)], file: "a").examples.map(picture)
  }

  @Test func answersAreTrainedUpToTheEndOfTheTurn() throws {
    let chat = Example.Content.conversation([
      Turn(.user, "hi"), Turn(.assistant, "yo"), Turn(.user, "so"), Turn(.assistant, "ok"),
      Turn(.user, "bye"),
    ])
    #expect(
      try pictures(chat, with: encoder()) == [["UhiE/AyoE/UsoE/AokE/", "......^^^.......^^^."]])
  }

  @Test func anAnswerMayBeAMereSign() throws {
    let chat = Example.Content.conversation([Turn(.user, "a"), Turn(.assistant, "?")])
    #expect(try pictures(chat, with: encoder()) == [["UaE/A?E/", ".....^^."]])
  }

  @Test func aTurnOfWeightZeroIsContextOnly() throws {
    let chat = Example.Content.conversation([
      Turn(.user, "a"), Turn(.assistant, "b", weight: 0), Turn(.user, "c"), Turn(.assistant, "d"),
    ])
    let masked = ["UaE/AbE/UcE/AdE/", ".............^^."]
    #expect(try pictures(chat, with: encoder()) == [masked])
    let all = ["UaE/AbE/UcE/AdE/", "^^^^^...^^^^^^^."]
    #expect(try pictures(chat, with: encoder { $0.trainOn = .everything }) == [all])
  }

  @Test func aCompletionEndsWithTheEndTokenOnce() throws {
    let row = Example.Content.completion(prompt: "ab", completion: " c")
    #expect(try pictures(row, with: encoder()) == [["ab cE", "..^^^"]])
    #expect(
      try pictures(row, with: encoder { $0.trainOn = .everything }) == [["ab cE", "^^^^^"]])
    let ended = Example.Content.completion(prompt: "ab", completion: "c<e>")
    #expect(try pictures(ended, with: encoder()) == [["abcE", "..^^"]])
    #expect(
      try pictures(row, with: encoder { $0.completionsAreChats = true })
        == [["UabE/A cE/", "......^^^."]])
  }

  @Test func aTokenThatTheModelHasNoVectorForIsRefusedWhereItStands() throws {
    let rows = [Example(.text("abc"), line: 1), Example(.text("abz"), line: 2)]
    let encoder = try encoder { $0.vocabularySize = 122 }
    #expect(throws: ProblemReason.tokenWithoutVector(id: 122, count: 122)) {
      try encoder.encode(rows[1], row: 0)
    }
    #expect {
      try encoder.encode(rows, file: "a")
    } throws: {
      guard case DatasetError.badRows(_, _, let problems) = $0 else { return false }
      return problems.shown.map(\.line) == [2]
    }
    #expect(try encoder.encode([rows[0]], file: "a").examples.count == 1)
  }

  @Test func aTextIsTrainedWhole() throws {
    #expect(try pictures(.text("abc"), with: encoder()) == [["abcE", "^^^^"]])
  }

  @Test func aLabelFollowsItsTemplate() throws {
    let row = Example.Content.labelled(text: "ab", label: "x")
    #expect(try pictures(row, with: encoder()) == [["ab/Label: xE", "........." + "^^^"]])
    let template = try #require(PromptTemplate("<{text}> is {label}!"))
    #expect(
      try pictures(row, with: encoder { $0.labelTemplate = template })
        == [["<ab> is x!E", ".......^^^^"]])
  }

  @Test(
    "a template has each placeholder once",
    arguments: ["", "{text}", "{label} {text}", "{text}{text}{label}", "{text}{label}{label}"])
  func badTemplate(source: String) { #expect(PromptTemplate(source) == nil) }

  @Test("the begin token stands once, at the start", arguments: ["", "<b>", "<b><b>"])
  func begin(opening: String) throws {
    let chat = Example.Content.conversation([Turn(.user, "a"), Turn(.assistant, "b")])
    let encoder = try encoder(template: opening + tags) { $0.beginID = 1 }
    #expect(try pictures(chat, with: encoder) == [["BUaE/AbE/", "......^^."]])
    #expect(try pictures(.text("a"), with: encoder) == [["BaE", ".^^"]])
  }

  @Test func generationStartsFromTheTokensThatWereTrained() throws {
    let encoder = try encoder { $0.beginID = 1 }
    let turns = [
      Turn(.user, "a"), Turn(.assistant, "b"), Turn(.user, "c"), Turn(.assistant, "d"),
    ]
    let example = Example(.conversation(turns), line: 1)
    let whole = try #require(encoder.encode(example, row: 0).first).ids
    let prompt = try encoder.prompt(of: example)
    #expect(prompt == Array(whole.prefix(prompt.count)))
    #expect(try encoder.prompt(of: Array(turns.dropLast())) == prompt)
    #expect(prompt == [1, 3, 97, 2, 10, 4, 98, 2, 10, 3, 99, 2, 10, 4])
    let pair = Example(.completion(prompt: "a", completion: "b"), line: 1)
    #expect(try encoder.prompt(of: pair) == [1, 97])
  }

  @Test func aTurnThatTheTemplateDoesNotEndIsEnded() throws {
    let encoder = try encoder(
      template: """
        {{ messages|map(attribute='content')|join('\\n') }}\
        {{ '\\n' if add_generation_prompt and messages }}
        """)
    let chat = Example.Content.conversation([Turn(.user, "a"), Turn(.assistant, "b")])
    #expect(try pictures(chat, with: encoder) == [["a/bE", "..^^"]])
  }

  @Test func aTemplateThatShortensHistoryGivesASequenceAnAnswer() throws {
    let encoder = try encoder(
      template: """
        {% for m in messages %}{% if m.role == 'assistant' %}<a>{{ '~' if loop.last }}{% else %}<u>\
        {% endif %}{{ m.content }}<e>{% endfor %}{{ '<a>' if add_generation_prompt }}
        """)
    let turns = [
      Turn(.user, "a"), Turn(.assistant, "b"), Turn(.user, "c"), Turn(.assistant, "d", weight: 0),
      Turn(.user, "e"), Turn(.assistant, "f"),
    ]
    let result = try encoder.encode([Example(.conversation(turns), line: 9)], file: "a")
    #expect(
      result.examples.map(picture) == [
        ["UaEA~bE", "....^^^"], ["UaEAbEUcEAdEUeEA~fE", "................^^^"],
      ])
    #expect(result.dividedLines == [9])
    let prompt = try encoder.prompt(of: Array(turns.dropLast()))
    #expect(prompt == Array(result.examples[1].ids.prefix(16)))
  }

  @Test(
    "a template that changes the text is found",
    arguments: [
      (
        "{% for m in messages %}{{ 'u' if m.role == 'user' }}{% endfor %}",
        ProblemReason.templateDropsAnswer(turn: 2)
      ),
      ("{{ messages|length }}{{ messages[-1].content }}", .templateRewritesHistory(turn: 2)),
    ])
  func faulty(source: String, reason: ProblemReason) throws {
    let encoder = try encoder(template: source)
    let turns = [Turn(.user, "a"), Turn(.assistant, "b")]
    #expect(throws: reason) { try encoder.encode(Example(.conversation(turns), line: 1), row: 0) }
  }

  @Test func rowsThatTrainNothingAreRefusedWithTheirLine() throws {
    let rows = [
      Example(.conversation([Turn(.user, "a"), Turn(.assistant, "b")]), line: 3),
      Example(.conversation([Turn(.user, "a"), Turn(.assistant, "b", weight: 0)]), line: 12),
      Example(.conversation([Turn(.tool, "a"), Turn(.assistant, "b")]), line: 13),
    ]
    let found = refusal(rows, by: try encoder())
    #expect(
      found.map(\.reason) == [
        .trainsNothing,
        .templateFailed(
          detail: "chat template, line 1: the template refuses this conversation: no tools here"),
      ])
    #expect(found.map(\.place) == ["a:12:1", "a:13:1"])
    #expect(found.first?.message == "line 12 of a trains no token")
    let kept = try encoder { $0.badRows = .skip }.encode(rows, file: "a")
    #expect(kept.examples.map(\.row) == [0])
    #expect(kept.skipped.count == 2)
  }

  @Test func aConversationNeedsATemplate() {
    let row = Example(.conversation([Turn(.user, "a"), Turn(.assistant, "b")]), line: 1)
    #expect(throws: DatasetError.noChatTemplate) {
      try encoder(template: nil).encode([row], file: "a")
    }
  }

  @Test func longRowsAreRefusedCutDroppedOrSplit() throws {
    let text = Example(.text("abcdefg"), line: 4)
    let pair = Example(.completion(prompt: "ab", completion: "cdefg"), line: 5)
    let short = Example(.text("ab"), line: 6)
    #expect(
      refusal([pair, short], by: try encoder(length: 5)).map(\.reason)
        == [.tooLong(tokens: 8, limit: 5)])
    let byDefault = try encoder(length: 5).encode([text, short], file: "a")
    #expect(byDefault.examples.map(picture) == [["abcde", "^^^^^"], ["abE", "^^^"]])
    #expect(byDefault.cutLines == [4])
    let cut = try encoder(length: 5) { $0.longRows = .cut }.encode([pair], file: "a")
    #expect(cut.examples.map(picture) == [["abcde", "..^^^"]])
    let dropped = try encoder(length: 5) { $0.longRows = .drop }.encode([pair, short], file: "a")
    #expect(dropped.examples.map(\.row) == [1])
    #expect(dropped.droppedLines == [5])
    let windows = try encoder(length: 5) { $0.longRows = .split }.encode([text], file: "a")
    #expect(windows.examples.map(picture) == [["abcde", "^^^^^"], ["efgE", "^^^^"]])
    #expect(refusal([pair], by: try encoder(length: 5) { $0.longRows = .split }).count == 1)
    #expect(
      refusal([pair], by: try encoder(length: 2) { $0.longRows = .cut }).map(\.reason)
        == [.trainsNothing])
  }

  @Test("windows predict every token once", arguments: [2, 3, 5, 99, 100, 101])
  func windows(limit: Int) {
    let ids = (0..<100).map(Int32.init)
    let row = EncodedExample(ids: ids, lossMask: ids.map { _ in true }, row: 0)
    let windows = row.windows(of: limit)
    #expect(windows.allSatisfy { (2...limit).contains($0.ids.count) })
    #expect(windows.flatMap { $0.ids.dropFirst() } == Array(ids.dropFirst()))
    #expect(PackedBatch(windows).inputs == Array(ids.dropLast()))
  }

  @Test func spelledSpecialTokensAreCounted() throws {
    let rows = [Example(.text("a<e>b"), line: 1), Example(.text("a<i>b"), line: 2)]
    #expect(try encoder().encode(rows, file: "a").specialTokenLines == [1])
  }

  @Test func theSummaryCountsTokensAndLabels() throws {
    let text = "text,label\n" + (1...20).map { "\(String(repeating: "a", count: $0)),x\n" }.joined()
    let dataset = try load(text + "b,y\n", name: "a.csv")
    let summary = DatasetSummary(dataset, encoder: try encoder())
    #expect(summary.rowCount == 21)
    #expect(summary.labels.map(\.label) == ["x", "y"])
    #expect(summary.labels.map(\.count) == [20, 1])
    // A row is its text, `\nLabel: x` and the end token: ten tokens more than the text.
    #expect(summary.lengths?.maximum == 30)
    #expect(summary.lengths?.median == 20)
    #expect(summary.lengths?.percentile95 == 29)
    #expect(summary.lengths?.mean == 10 + 211.0 / 21)
    #expect(DatasetSummary(dataset).lengths == nil)
  }

  private func refusal(_ rows: [Example], by encoder: ExampleEncoder) -> [DatasetProblem] {
    do {
      _ = try encoder.encode(rows, file: "a")
      return []
    } catch .badRows(_, _, let problems) {
      return problems.shown
    } catch {
      return []
    }
  }
}
