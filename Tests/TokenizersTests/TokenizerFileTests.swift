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
      (#""pre_tokenizer": {"type": "UnicodeScripts"}"#, "pre-tokenizer", "UnicodeScripts"),
      (#""normalizer": {"type": "Precompiled"}"#, "normalizer", "Precompiled"),
      (#""decoder": {"type": "CTC"}"#, "decoder", "CTC"),
      (#""post_processor": {"type": "BertProcessing"}"#, "post-processor", "BertProcessing"),
    ])
  func unsupported(parts: String, component: String, type: String) {
    let error = #expect(throws: TokenizerError.self) {
      try Tokenizer(fileContents: file(parts: parts))
    }
    guard case .unsupported(component, type, let supported) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(supported.count >= 3)
  }

  @Test("reads only models that merge pairs", arguments: ["WordPiece", "Unigram", "WordLevel"])
  func otherModels(type: String) {
    #expect(throws: TokenizerError.unsupported(component: "model", type: type, supported: ["BPE"]))
    {
      try Tokenizer(fileContents: file(model: #""type": "\#(type)""#))
    }
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
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [70000], "tokens": ["<s>"]}}}
      """#
    let path = "post_processor.special_tokens.<s>"
    #expect(throws: TokenizerError.unknownIdentifier(path: path, id: 70_000)) {
      try Tokenizer(fileContents: file(parts: template))
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
    for end in stride(from: 0, to: whole.count, by: 97) {
      #expect(throws: TokenizerError.self) { try Tokenizer(fileContents: Array(whole[..<end])) }
    }
    for index in stride(from: 0, to: whole.count, by: 89) {
      var damaged = whole
      damaged[index] ^= 0x11
      if let tokenizer = try? Tokenizer(fileContents: damaged) {
        #expect(tokenizer.decode(tokenizer.encode("the tune <s> é\n")).utf8.count < 100)
      }
    }
  }
}
