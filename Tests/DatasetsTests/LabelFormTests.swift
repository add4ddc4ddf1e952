import Datasets
import Testing

@Suite("LabelForm") struct LabelFormTests {
  private static func pairs(_ answers: [String]) -> [Example] {
    answers.enumerated().map { Example(.completion(prompt: "\($0)", completion: $1), line: $0) }
  }

  @Test func labelledRowsHaveOne() throws {
    let rows = ["x", "y", "x"].map { Example(.labelled(text: "t", label: $0), line: 1) }
    let form = try #require(LabelForm(of: rows))
    #expect(form.labels == ["x", "y"])
    #expect(form.source == "{text}\nLabel: {label}")
    #expect(form.sentence == "`{text}\\nLabel: {label}`")
    #expect(form.example("t") == Example(.labelled(text: "t", label: "x"), line: 1))
    #expect(LabelForm(source: form.source, labels: form.labels) == form)
  }

  @Test func answersThatComeAgainAreLabels() throws {
    let form = try #require(LabelForm(of: Self.pairs(["x", "y", "x", "y"])))
    #expect(form.kind == .completion && !form.isTemplate)
    #expect(LabelForm(source: form.source, labels: form.labels) == form)
    let turns = [Turn(.user, "t"), Turn(.assistant, "x")]
    let chats = ["x", "y", "x", "y"].map { label in
      Example(.conversation([turns[0], Turn(.assistant, label)]), line: 1)
    }
    let chat = try #require(LabelForm(of: chats))
    #expect(chat.kind == .chat && chat.example("t") == Example(.conversation(turns), line: 1))
    #expect(LabelForm(source: chat.source, labels: chat.labels) == chat)
  }

  @Test func otherRowsHaveNone() {
    #expect(LabelForm(of: []) == nil)
    #expect(LabelForm(of: Self.pairs(["x", "x"])) == nil)
    #expect(LabelForm(of: Self.pairs(["x", "y", "z"])) == nil)
    #expect(LabelForm(of: [Example(.text("a"), line: 1)]) == nil)
    #expect(
      LabelForm(of: Self.pairs(["x", "y", "x", "y"]) + [Example(.text("a"), line: 1)]) == nil)
  }

  @Test(
    "what a file says must be a form",
    arguments: [
      ("{text}", ["x", "y"]), ("{label}{text}", ["x", "y"]), ("{text}{label}", ["x"]),
      ("{text}{label}", ["x", "x"]), ("{text}{label}", ["", "x"]), ("", ["x", "y"]),
    ])
  func wrong(source: String, labels: [String]) {
    #expect(LabelForm(source: source, labels: labels) == nil)
  }
}
