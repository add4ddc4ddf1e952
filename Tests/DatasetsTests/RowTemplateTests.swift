import Datasets
import Testing

/// Rows made of several columns or keys.
@Suite("Templates of rows") struct RowTemplateTests {
  private func load(
    _ text: String, _ template: String, name: String = "rows.jsonl"
  ) throws -> Dataset {
    try DatasetsTests.load(text, name: name) {
      $0.fields = RowTemplate(template).map(RowShape.template)
    }
  }

  @Test("the last field is the answer, and the spaces before it are too") func answer() throws {
    let text = "Question,Note,ANSWER\nWhy?,\"a, b\",Because.\n"
    let dataset = try load(text, "Note: {note}\nQ: {question}\nA:  {answer}!", name: "a.csv")
    #expect(
      dataset.examples.map(\.content) == [
        .completion(prompt: "Note: a, b\nQ: Why?\nA:", completion: "  Because.!")
      ])
    #expect(dataset.notes == [])
    #expect(dataset.shape.name == "a template of note, question, answer")
  }

  @Test("keys may hold numbers and truth values") func values() throws {
    let text = #"{"a":"x","n":3,"f":2.5,"t":true,"rest":null}"#
    let dataset = try load(text, "{a} {n} {f} {n} -> {t}")
    #expect(
      dataset.examples.map(\.content) == [.completion(prompt: "x 3 2.5 3 ->", completion: " true")])
    #expect(dataset.notes == [.ignoredFields(["rest"])])
  }

  @Test("one field alone makes plain text") func text() throws {
    let dataset = try load(#"{"title":"A","body":"b"}"#, "# {title}")
    #expect(dataset.examples.map(\.content) == [.text("# A")])
  }

  @Test("doubled braces are braces") func braces() throws {
    let dataset = try load(#"{"a":"x","b":"y"}"#, "{{\"a\": \"{ a }\"}} {{{b}}}")
    #expect(
      dataset.examples.map(\.content) == [
        .completion(prompt: #"{"a": "x"} {"#, completion: "y}")
      ])
  }

  @Test(
    "what is no template is none",
    arguments: ["", "none", "{a", "a}", "{}", "{ }", "{a{b}}", "{a} }"])
  func refused(source: String) {
    #expect(RowTemplate(source) == nil)
  }

  @Test("what a row lacks is told with its place") func missing() throws {
    let rows = #"{"a":"x","b":"y"}"# + "\n" + #"{"a":"x"}"# + "\n" + #"{"a":["x"],"b":"y"}"#
    #expect {
      _ = try load(rows, "{a}: {b}")
    } throws: { error in
      guard case DatasetError.badRows(_, _, let problems) = error else { return false }
      return problems.shown.map(\.place) == ["rows.jsonl:2:1", "rows.jsonl:3:6"]
    }
    #expect {
      _ = try load("question,answer\na,b\n", "{question} {answr}", name: "a.csv")
    } throws: { error in
      guard case DatasetError.missingColumn("a.csv", "answr", _, let near, let header) = error
      else {
        return false
      }
      return near == "answer" && header.text == "a.csv:1:1"
    }
  }
}
