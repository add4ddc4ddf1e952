import Testing
import Tokenizers

@Suite("TokenizerFile") struct TokenizerFileTests {
  @Test("reads merges in both spellings", arguments: [#"["a b"]"#, #"[["a", "b"]]"#])
  func merges(spelling: String) throws {
    #expect(try Tokenizer(fileContents: file(merges: spelling)).encode("aab") == [0, 2])
  }

  @Test("reads an old file that leaves the model's type out")
  func oldModel() throws {
    #expect(try Tokenizer(fileContents: file(model: #""unk_token": null"#)).encode("ab") == [2])
  }

  @Test("allows holes among the ids")
  func holes() throws {
    let bytes = file(vocabulary: #"{"a": 7, "b": 1, "ab": 16777215}"#)
    let tokenizer = try Tokenizer(fileContents: bytes)
    #expect(tokenizer.vocabularySize == 1 << 24)
    #expect(tokenizer.encode("aab") == [7, 16_777_215])
    #expect(tokenizer.token(of: 0) == nil)
    #expect(tokenizer.fileContents == bytes)
  }

  @Test("tells texts apart by their bytes, not by their meaning")
  func canonicalEquivalence() throws {
    let bytes = file(vocabulary: #"{"\u00e9": 0, "e\u0301": 1}"#, merges: "[]")
    let tokenizer = try Tokenizer(fileContents: bytes)
    #expect(tokenizer.id(of: "\u{E9}") == 0)
    #expect(tokenizer.id(of: "e\u{301}") == 1)
  }

  @Test(
    "refuses ids that cannot be",
    arguments: [
      (#"{"a": -1}"#, TokenizerError.identifierOutOfRange(token: "a", id: -1)),
      (#"{"a": 16777216}"#, .identifierOutOfRange(token: "a", id: 16_777_216)),
      (#"{"a": 2147483648}"#, .identifierOutOfRange(token: "a", id: 2_147_483_648)),
      (#"{"a": 0.5}"#, .malformed(path: "model.vocab[a]", expected: "a whole number")),
      (#"{"a": 0, "b": 0}"#, .duplicateIdentifier(id: 0, tokens: ["a", "b"])),
      ("[]", .malformed(path: "model.vocab", expected: "an object of tokens and their ids")),
    ])
  func identifiers(vocabulary: String, error: TokenizerError) {
    #expect(throws: error) {
      try Tokenizer(fileContents: file(vocabulary: vocabulary, merges: "[]"))
    }
    #expect(!error.message.isEmpty)
  }

  @Test(
    "refuses merges of what is no token",
    arguments: [
      (#"["a b", "a c"]"#, TokenizerError.unknownMergePart(merge: 1, token: "c")),
      (#"["b a"]"#, .unknownMergePart(merge: 0, token: "ba")),
      (#"["a"]"#, malformedMerge), (#"["a b c"]"#, malformedMerge), (#"[["a"]]"#, malformedMerge),
      ("[3]", malformedMerge), ("{}", .malformed(path: "model.merges", expected: "a list")),
    ])
  func badMerges(merges: String, error: TokenizerError) {
    #expect(throws: error) { try Tokenizer(fileContents: file(merges: merges)) }
  }

  private static let malformedMerge = TokenizerError.malformed(
    path: "model.merges[0]", expected: #"two tokens, as "a b" or ["a", "b"]"#)

  @Test(
    "says what it does not support",
    arguments: [
      (#""pre_tokenizer": {"type": "Syllables"}"#, "pre-tokenizer", "Syllables"),
      (#""normalizer": {"type": "Bert"}"#, "normalizer", "Bert"),
      (#""decoder": {"type": "Unigram"}"#, "decoder", "Unigram"),
      (#""post_processor": {"type": "Template"}"#, "post-processor", "Template"),
      (#""model": {"type": "Lattice", "vocab": {}}, "x": 0"#, "model", "Lattice"),
    ])
  func unsupported(parts: String, component: String, type: String) {
    let bytes = component == "model" ? Array("{\(parts)}".utf8) : file(parts: parts)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(fileContents: bytes) }
    guard case .unsupported(component, type, let supported) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(supported.count >= 3)
  }

  private static func model(_ text: String) throws -> Tokenizer {
    try Tokenizer(fileContents: Array(#"{"model": {\#(text)}}"#.utf8))
  }

  @Test("knows other models in old files, which leave the type out")
  func otherOldModels() throws {
    let unigram = try Self.model(#""unk_id": 0, "vocab": [["?", 0], ["a", -1.5], ["aa", -2.5]]"#)
    #expect(unigram.encode("aaax") == [1, 2, 0])
    let words = try Self.model(#""unk_token": "?", "vocab": {"?": 0, "a": 1, "aa": 2}"#)
    #expect(words.encode("aaax") == [0])
    let pieces = try Self.model(
      #""unk_token": "?", "continuing_subword_prefix": "", "max_input_chars_per_word": 9, "#
        + #""vocab": {"?": 0, "a": 1, "aa": 2}"#)
    #expect(pieces.encode("aaa") == [2, 1])
  }

  @Test(
    "refuses models without a token for what is unknown",
    arguments: [
      (#""type": "Unigram", "vocab": [["a", -1]]"#, noUnknownID),
      (#""type": "Unigram", "unk_id": 1, "vocab": [["a", -1]]"#, wrongUnknownID),
      (
        #""type": "WordPiece", "vocab": {"a": 0}"#,
        .unknownToken(path: "model.unk_token", token: "[UNK]")
      ),
      (
        #""type": "WordLevel", "unk_token": "x", "vocab": {"a": 0}"#,
        .unknownToken(path: "model.unk_token", token: "x")
      ),
    ])
  func noUnknownToken(model: String, error: TokenizerError) {
    #expect(throws: error) { try Self.model(model) }
  }

  private static let wrongUnknownID = TokenizerError.unknownIdentifier(path: "model.unk_id", id: 1)
  private static let noUnknownID = TokenizerError.malformed(
    path: "model.unk_id", expected: "the id of the token for unknown characters")

  @Test("refuses a token that would cost too much at every place of a text")
  func longToken() {
    let long = String(repeating: "a", count: 600)
    let error = TokenizerError.tokenTooLong(token: long, bytes: 600, limit: 512)
    #expect(throws: error) {
      try Self.model(#""type": "Unigram", "unk_id": 0, "vocab": [["?", 0], ["\#(long)", -1]]"#)
    }
  }

  @Test(
    "refuses a table of normalisation that is none",
    arguments: ["", "AAAA", "BAAAAA==", "/////wAAAAA=", "AAAA*AAA", "BAAAAAAAAAD/"])
  func precompiled(text: String) {
    let parts = #""normalizer": {"type": "Precompiled", "precompiled_charsmap": "\#(text)"}"#
    #expect(throws: TokenizerError.self) { try Tokenizer(fileContents: file(parts: parts)) }
  }

  @Test("knows the token that begins a text from one that ends it")
  func beginToken() throws {
    #expect(try Fixtures.tokenizer("byte-level-split").beginToken == 1)
    #expect(try Fixtures.tokenizer("unigram").beginToken == nil)
    #expect(try Fixtures.tokenizer("bert").beginToken == 2)
  }

  @Test(
    "refuses added tokens that clash or are out of bounds",
    arguments: [
      (#"{"id": 9, "content": "a"}"#, TokenizerError.duplicateToken(token: "a", ids: [0, 9])),
      (#"{"id": 0, "content": "x"}"#, .duplicateIdentifier(id: 0, tokens: ["a", "x"])),
      (#"{"id": -2, "content": "x"}"#, .identifierOutOfRange(token: "x", id: -2)),
      (#"{"id": 9, "content": ""}"#, .addedTokenLength(token: "", bytes: 0, limit: 512)),
      (#"{"id": 9}"#, .malformed(path: "tokenizer.added_tokens[0].content", expected: "a text")),
    ])
  func addedTokens(token: String, error: TokenizerError) {
    #expect(throws: error) {
      try Tokenizer(fileContents: file(parts: #""added_tokens": [\#(token)]"#))
    }
  }

  @Test("finds the longest added token, and whole words only where asked")
  func longestAddedToken() throws {
    let tokens = #"""
      "added_tokens": [{"id": 10, "content": "<a"}, {"id": 11, "content": "<a>"},
        {"id": 12, "content": "ba", "single_word": true}]
      """#
    let tokenizer = try Tokenizer(fileContents: file(parts: tokens))
    #expect(tokenizer.encode("<a><a<a>") == [11, 10, 11])
    #expect(tokenizer.encode("ba-ba ba") == [12, 12, 12])
    #expect(tokenizer.encode("bab") == [1, 2])
  }

  @Test("refuses a template with an id that no token has")
  func template() {
    let template = #"""
      "post_processor": {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A"}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [70000], "tokens": ["<s>"]}}}
      """#
    let path = "post_processor.special_tokens.<s>"
    #expect(throws: TokenizerError.unknownIdentifier(path: path, id: 70_000)) {
      try Tokenizer(fileContents: file(parts: template))
    }
  }

  @Test("refuses steps that would multiply a text", arguments: ["normalizer", "decoder"])
  func growth(component: String) {
    let step = #"{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaaaaaaaaaa"}"#
    let steps = Array(repeating: step, count: 30).joined(separator: ",")
    let bytes = file(
      parts: #""\#(component)": {"type": "Sequence", "\#(component)s": [\#(steps)]}"#)
    let expected = "steps that lengthen a text at most 10000 times"
    #expect(throws: TokenizerError.malformed(path: component, expected: expected)) {
      try Tokenizer(fileContents: bytes)
    }
  }

  @Test("refuses a template that repeats the text, or leaves it out", arguments: [0, 2])
  func templateWithoutText(count: Int) {
    let single = Array(repeating: #"{"Sequence": {"id": "A"}}"#, count: count)
    let bytes = file(
      parts: #"""
        "post_processor": {"type": "TemplateProcessing",
          "single": [\#(single.joined(separator: ","))], "special_tokens": {}}
        """#)
    let expected = "a list with one Sequence"
    #expect(throws: TokenizerError.malformed(path: "post_processor.single", expected: expected)) {
      try Tokenizer(fileContents: bytes)
    }
  }

  @Test("refuses an unknown token that the vocabulary does not have")
  func unknownToken() {
    let error = TokenizerError.unknownToken(path: "model.unk_token", token: "<unk>")
    #expect(throws: error) {
      try Tokenizer(fileContents: file(model: #""type": "BPE", "unk_token": "<unk>""#))
    }
  }

  @Test("never traps on a file that is cut short or has a byte changed")
  func damaged() throws {
    let whole = try Fixtures.tokenizer("byte-fallback").fileContents
    for end in stride(from: 0, to: whole.count, by: 397) {
      #expect(throws: TokenizerError.self) { try Tokenizer(fileContents: Array(whole[..<end])) }
    }
    for index in stride(from: 0, to: whole.count, by: 189) {
      var damaged = whole
      damaged[index] ^= 0x11
      if let tokenizer = try? Tokenizer(fileContents: damaged) {
        #expect(tokenizer.decode(tokenizer.encode("the tune <s> é\n")).utf8.count < 100)
      }
    }
  }
}
