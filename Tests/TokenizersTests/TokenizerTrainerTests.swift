import Testing
import Tokenizers

@Suite("TokenizerTrainer") struct TokenizerTrainerTests {
  private let texts = ["the cat", "the hat", "the cat sat", "it's 2026, isn't it?\n"]

  @Test("numbers special tokens, bytes and what it learnt in this order")
  func order() throws {
    let tokenizer = try TokenizerTrainer.train(
      texts: texts, vocabularySize: 262, specialTokens: ["<|end|>", "<|user|>"])
    #expect(tokenizer.vocabularySize == 262)
    #expect(tokenizer.token(of: 0) == "<|end|>")
    #expect(tokenizer.token(of: 1) == "<|user|>")
    #expect(tokenizer.token(of: 2) == "Ā")
    #expect(tokenizer.id(of: "a") == 99)
    // "at" stands 4 times; "he" and "th" 3 times each, and h comes before t.
    #expect((258..<262).map { tokenizer.token(of: $0) } == ["at", "he", "the", "Ġc"])
    #expect(tokenizer.isSpecial(0))
    #expect(tokenizer.encode("the cat<|end|>") == [260, 261, 258, 0])
  }

  @Test("gives the same file for the same texts")
  func determinism() throws {
    let files = try (0..<3).map { _ in
      try TokenizerTrainer.train(texts: texts, vocabularySize: 300, specialTokens: ["<s>"])
        .fileContents
    }
    #expect(Set(files).count == 1)
  }

  @Test("stops when no pair is met twice")
  func exhausted() throws {
    let tokenizer = try TokenizerTrainer.train(
      texts: ["abab", "xyz"], vocabularySize: 1000, specialTokens: [])
    #expect(tokenizer.vocabularySize == 257)
    #expect(tokenizer.encode("abab").count == 2)
  }

  @Test("keeps digits and line ends apart")
  func words() throws {
    let tokenizer = try TokenizerTrainer.train(
      texts: Array(repeating: "1234.\n5678.\n", count: 20), vocabularySize: 300, specialTokens: [])
    #expect(tokenizer.encode("1234.\n").count == 6)
  }

  @Test("does not learn from special tokens written in the texts")
  func specialTokensInTexts() throws {
    let tokenizer = try TokenizerTrainer.train(
      texts: Array(repeating: "<|end|>", count: 50), vocabularySize: 300,
      specialTokens: ["<|end|>"])
    #expect(tokenizer.vocabularySize == 257)
  }

  @Test("gives any text back, byte for byte, and adds nothing to it")
  func roundTrip() throws {
    let tokenizer = try TokenizerTrainer.train(
      texts: texts, vocabularySize: 300, specialTokens: ["<s>"])
    let text = "the  cat’s \r\n\r\n\t 😀 e\u{301} 12½ \u{0} ’tis\n"
    let ids = tokenizer.encode(text, addingSpecialTokens: true)
    #expect(Array(tokenizer.decode(ids).utf8) == Array(text.utf8))
    let again = try Tokenizer(fileContents: tokenizer.fileContents)
    #expect(again.encode(text) == ids)
  }

  @Test("learns from one endless word without endless work")
  func longWord() throws {
    let alphabet = Array("abcdefghijklmnop")
    let text = String((0..<20_000).map { alphabet[$0 * $0 % 31 % 16] })
    let tokenizer = try TokenizerTrainer.train(
      texts: [text, String(repeating: "a", count: 20_000)], vocabularySize: 300, specialTokens: [])
    #expect(tokenizer.encode(String(repeating: "a", count: 256)).count < 10)
  }

  @Test("refuses a vocabulary without room, and special tokens that cannot be")
  func refusals() {
    #expect(throws: TokenizerError.vocabularyTooSmall(size: 256, needed: 257)) {
      try TokenizerTrainer.train(texts: texts, vocabularySize: 256, specialTokens: ["<s>"])
    }
    #expect(throws: TokenizerError.addedTokenLength(token: "", bytes: 0, limit: 512)) {
      try TokenizerTrainer.train(texts: texts, vocabularySize: 300, specialTokens: [""])
    }
    #expect(throws: TokenizerError.self) {
      try TokenizerTrainer.train(texts: texts, vocabularySize: 300, specialTokens: ["<s>", "<s>"])
    }
    #expect(throws: TokenizerError.self) {
      try TokenizerTrainer.train(texts: texts, vocabularySize: 300, specialTokens: ["a"])
    }
  }
}
