import Language
import Reporting
import Testing

@Suite("Completion") struct CompletionTests {
  private func words(_ text: String, known: KnownNames = .none) -> [String] {
    Completion.candidates(
      text: text, cursor: text.utf8.count, commands: toyCommands, known: known
    ).candidates.map(\.text)
  }

  static let cases: [(String, [String])] = [
    ("train 3 ", ["epoch", "epochs", "step", "steps"]),
    ("train 3 e", ["epoch", "epochs"]),
    ("sample \"x\" ", ["at", "length", "times", "top", "using"]),
    ("sample \"x\" top 3 ", ["at", "length", "times", "using"]),
    ("sample \"x\" at ", ["temperature"]),
    ("load ", ["data", "model"]),
    ("loa", ["load"]),
    ("set ", ["adapter", "lr", "rank", "warmup"]),
    ("set lr 1, r", ["rank"]),
    ("set adapter ", ["lora", "none"]),
    ("save model \"x\" as ", ["gguf", "safetensors"]),
    ("train until d", ["dev"]),
    ("train until dev.", ["accuracy", "loss"]),
    ("train until dev.loss ", ["stalls"]),
    ("print settings.r", ["rank"]),
    ("for k in [1] {\n  train 3 ", ["epoch", "epochs", "step", "steps"]),
    ("let x = (eval dev us", ["using"]),
    ("# tr", []),
    ("train 3 x", []),
    ("let b", []),
  ]

  @Test("offers", arguments: cases)
  func offers(text: String, expected: [String]) { #expect(words(text) == expected) }

  @Test func offersWhatExists() {
    let known = KnownNames(
      variables: ["table"], models: ["finch", "tiny"], data: ["dev", "support"],
      members: ["run": ["losses"]])
    #expect(words("load model t", known: known) == ["tiny"])
    #expect(words("eval ", known: known) == ["using", "dev", "support"])
    #expect(words("show ta", known: known) == ["table"])
    #expect(words("plot run.", known: known) == ["losses"])
  }

  @Test func asksForFileNamesWhereOneBelongs() {
    let path = Completion.candidates(
      text: "load data \"dat", cursor: 14, commands: toyCommands)
    #expect(path.path == "dat")
    #expect(path.span == SourceSpan(11, 14))
    let prompt = Completion.candidates(text: "sample \"dat", cursor: 11, commands: toyCommands)
    #expect(prompt.path == nil)
  }

  @Test func everyPrefixOfTheShowcaseCompletes() {
    let bytes = Array(showcase.utf8)
    for cursor in stride(from: 0, through: bytes.count, by: 3) {
      let found = Completion.candidates(text: showcase, cursor: cursor, commands: toyCommands)
      #expect(found.span.end == cursor)
    }
  }

  @Test("each example of a command completes at each of its words")
  func examplesComplete() {
    for signature in toyCommands.signatures {
      for example in signature.examples {
        let words = example.split(separator: " ").map(String.init)
        for (index, word) in words.enumerated().dropFirst()
        where signature.patterns.flatMap(\.words).contains(word) && words[index - 1] != "as" {
          let text = words[..<index].joined(separator: " ") + " "
          #expect(self.words(text).contains(word), "\(text)")
        }
      }
    }
  }

  @Test(
    "the Enter key",
    arguments: [
      ("train 3 epochs", true), ("let x = (1 +", false), ("for k in [1] {", false),
      ("print 1,", false),
      ("let x =", false), ("## doc", false), ("print \"\"\"", false), ("if true { print 1 }", true),
      ("", true), ("proc f() {\n", false), ("proc f() {\n}", true), ("print 1 \\", false),
      ("load model (", false), ("set lr 1,", false),
    ])
  func enter(text: String, isComplete: Bool) {
    #expect(
      Entry.classify(text: text, commands: toyCommands) == (isComplete ? .complete : .incomplete))
  }

  @Test(
    "cannot be completed by more lines",
    arguments: ["train 3", "print \"a", "for k in [1] {\n  train 3 epoks", ")", "let x =" + " }"])
  func invalid(text: String) {
    guard case .invalid(let found) = Entry.classify(text: text, commands: toyCommands) else {
      Issue.record("not invalid: \(text)")
      return
    }
    #expect(!found.isEmpty)
  }
}
