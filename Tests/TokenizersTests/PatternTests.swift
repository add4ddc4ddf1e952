import Testing
import Tokenizers

@Suite("Pattern") struct PatternTests {
  private func tokenizer(splittingBy pattern: String) throws -> Tokenizer {
    try Tokenizer(
      fileContents: file(
        parts: #"""
          "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\#(pattern)"},
            "behavior": "Isolated"}
          """#))
  }

  @Test("gives up a search that would never end")
  func catastrophe() throws {
    let tokenizer = try tokenizer(splittingBy: "(a+)+$")
    let text = String(repeating: "a", count: 100) + "b"
    let elapsed = ContinuousClock().measure {
      #expect(tokenizer.encode(text).count == 100)
    }
    #expect(elapsed < .seconds(2))
  }

  @Test("survives patterns that match nothing", arguments: ["", "x*", "(?=b)", #"\\b"#])
  func emptyMatches(pattern: String) throws {
    #expect(try tokenizer(splittingBy: pattern).encode("ab€ab").isEmpty == false)
  }

  @Test(
    "is refused when it is malformed", arguments: ["(", "[a", #"\\p{NoSuchProperty}"#, #"\\C"#])
  func malformed(pattern: String) {
    let error = #expect(throws: TokenizerError.self) { try tokenizer(splittingBy: pattern) }
    guard case .invalidPattern(_, _, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test("is refused when it is too long")
  func tooLong() {
    #expect(throws: TokenizerError.patternTooLong(bytes: 70_000, limit: 65_536)) {
      try tokenizer(splittingBy: String(repeating: "a", count: 70_000))
    }
    // Short to write, long to compile: the library's own limit answers.
    let nested = "(?:" + String(repeating: "(?:a{1000}){1000}", count: 100) + "){1000}"
    #expect(throws: TokenizerError.self) { try tokenizer(splittingBy: nested) }
  }

  @Test("matches text literally when written so")
  func literal() throws {
    let bytes = file(
      vocabulary: #"{"a": 0, ".": 1, "a.": 2}"#, merges: #"["a ."]"#,
      parts: #"""
        "pre_tokenizer": {"type": "Split", "pattern": {"String": "."}, "behavior": "Isolated"}
        """#)
    #expect(try Tokenizer(fileContents: bytes).encode("aa.") == [0, 0, 1])
  }
}
