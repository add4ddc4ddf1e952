import Testing

@testable import Datasets

/// What rows are held against before they are trained on.
@Suite("Proof of rows") struct DataProofTests {
  private let rows = (0..<10).map {
    Example(.completion(prompt: "q\($0)", completion: "a\($0)"), line: $0 + 1)
  }

  private func options(
    _ length: Int = 100, _ change: (inout ExampleEncoder.Options) -> Void = { _ in }
  ) -> ExampleEncoder.Options {
    var options = ExampleEncoder.Options(maximumLength: length, beginID: 1, endID: 2)
    change(&options)
    return options
  }

  private func proof(
    _ train: [Example], heldOut: [Example] = [], _ options: ExampleEncoder.Options
  ) throws -> DataProof {
    let encoder = ExampleEncoder(LetterEncoder(), options: options)
    return DataProof(
      train: train, heldOut: heldOut, encoded: try encoder.encode(train, file: "").examples,
      by: encoder)
  }

  @Test("finds nothing in rows that are right") func good() throws {
    let proof = try proof(rows, options())
    #expect(proof.findings.isEmpty && proof.stopping.isEmpty)
    // Begin, two letters of the prompt, two of the answer, end.
    #expect(proof.census.tokenCount == 60 && proof.census.trainedCount == 30)
    #expect(proof.summary == "30 of 60 tokens trained; nothing found")
  }

  @Test("finds held-out rows in train, whatever their case") func leaks() throws {
    let heldOut = [
      Example(.completion(prompt: "Q3!", completion: "A3"), line: 20),
      Example(.completion(prompt: "q4", completion: "other"), line: 21),
    ]
    let proof = try proof(rows, heldOut: heldOut, options())
    #expect(proof.findings == [DataFinding(fault: .leaks, lines: [20], total: 2)])
    #expect(proof.stopping.map(\.fault) == [.leaks])
    // Up to one in a hundred does not stop.
    let many =
      heldOut.prefix(1)
      + (0..<99).map { Example(.completion(prompt: "new \($0)", completion: "x"), line: 30 + $0) }
    #expect(try self.proof(rows, heldOut: Array(many), options()).stopping.isEmpty)
    #expect(try self.proof(rows, heldOut: Array(many.dropLast()), options()).stopping.count == 1)
  }

  @Test("finds texts with several labels") func contradictions() throws {
    let labelled = ["a", "b", "a", "c", "a"].enumerated().map { index, text in
      Example(.labelled(text: text, label: index == 4 ? "y" : "x"), line: index + 1)
    }
    let found = try proof(labelled, options()).findings
    #expect(found == [DataFinding(fault: .contradictions, lines: [1, 3, 5], total: 5)])
    // Two answers to one question are no contradiction.
    let answers = ["x", "y"].map { Example(.completion(prompt: "a", completion: $0), line: 1) }
    #expect(try proof(answers, options()).findings.isEmpty)
  }

  @Test("tells answers that are cut from those that fit to the token", arguments: [5, 6])
  func truncation(length: Int) throws {
    let proof = try proof(rows, options(length) { $0.longRows = .cut })
    #expect(proof.census.truncated.count == (length == 5 ? 10 : 0))
    #expect(proof.stopping.map(\.fault) == (length == 5 ? [.truncation] : []))
  }

  @Test("plain text has no answer that could be cut or end") func text() throws {
    let texts = [Example(.text("a long text"), line: 1)]
    for policy in [ExampleEncoder.LongRowPolicy.cut, .split] {
      #expect(try proof(texts, options(4) { $0.longRows = policy }).findings.isEmpty)
    }
  }

  @Test("finds a beginning that a row spells out") func begins() throws {
    let spelled = rows.map { row in
      row.line == 3 ? Example(.completion(prompt: "<b><b>q", completion: "a"), line: 3) : row
    }
    #expect(
      try proof(spelled, options { $0.beginID = nil }).findings == [
        DataFinding(fault: .begins, lines: [3], total: 10)
      ])
    // Of a known beginning one is left, however often it stands there.
    #expect(try proof(spelled, options()).findings.isEmpty)
  }

  @Test("finds answers that are not taught to end") func ends() throws {
    // A template that marks what the assistant says, and not its end.
    let source =
      "{% for m in messages %}<u>{% generation %}{{ m.content if m.role == 'assistant' }}"
      + "{% endgeneration %}{{ m.content if m.role != 'assistant' }}<e>{% endfor %}"
    let encoder = ExampleEncoder(
      LetterEncoder(), template: try template(source), options: options())
    let chats = [
      Example(.conversation([Turn(.user, "q"), Turn(.assistant, "a")]), line: 1)
    ]
    let encoded = try encoder.encode(chats, file: "").examples
    let proof = DataProof(
      train: chats, heldOut: [], encoded: encoded, by: encoder)
    #expect(proof.stopping.map(\.fault) == [.ends], "\(encoded.map(picture))")
  }
}
