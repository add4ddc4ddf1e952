import Testing
import Tokenizers

/// Special tokens that are added to a tokenizer.
@Suite("Adding tokens") struct AddedTokenTests {
  @Test("ids and texts are those of transformers", arguments: Fixtures.names)
  func reference(name: String) throws {
    let tokenizer = try Fixtures.tokenizer(name)
    let golden = try Fixtures.added(name)
    let grown = try tokenizer.adding(specialTokens: golden.tokens)
    #expect(golden.tokens.map { grown.id(of: $0) } == golden.ids)
    #expect(grown.vocabularySize == golden.size)
    #expect(golden.ids.allSatisfy(grown.isSpecial))
    #expect(grown.encode(golden.text) == golden.textIDs)
    // The middle one is a word that the vocabulary has.
    #expect(tokenizer.idsAdded(by: grown) == [golden.ids[0], golden.ids[2]])
  }

  @Test("the file that is written has them") func written() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level")
    let grown = try tokenizer.adding(specialTokens: ["<|end|>"])
    let read = try Tokenizer(fileContents: grown.fileContents)
    #expect(read.encode("a<|end|>") == tokenizer.encode("a") + [402])
    #expect(
      read.decode([402]) == "" && read.decode([402], skippingSpecialTokens: false) == "<|end|>")
  }

  @Test("tokens that it finds already change nothing") func known() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level")
    let grown = try tokenizer.adding(specialTokens: ["<|end|>"])
    #expect(try grown.adding(specialTokens: ["<|end|>"]).fileContents == grown.fileContents)
    #expect(tokenizer.idsAdded(by: tokenizer) == [])
  }

  @Test("a special token counts where it is spelled out, not where it stands for the unknown")
  func spelled() throws {
    let file = """
      {"added_tokens": [{"id": 0, "content": "<unk>", "special": true},
                        {"id": 3, "content": "[end]", "special": true, "normalized": true},
                        {"id": 4, "content": "<word>", "special": false}],
       "normalizer": {"type": "Lowercase"},
       "model": {"type": "WordLevel", "vocab": {"<unk>": 0, "a": 1, "b": 2}, "unk_token": "<unk>"}}
      """
    let tokenizer = try Tokenizer(fileContents: Array(file.utf8))
    #expect(tokenizer.encode("[x]") == [0])
    let spelled = ["a<unk>", "<unk>", "a [END] b", "[end]"]
    #expect(spelled.allSatisfy(tokenizer.spellsSpecialToken))
    #expect(
      !["[x]", "", "a <word>", "< unk >", "[en"].contains(where: tokenizer.spellsSpecialToken))
  }

  @Test("a tokenizer with another token under an id adds none") func other() throws {
    let tokenizer = try Fixtures.tokenizer("byte-level")
    let one = try tokenizer.adding(specialTokens: ["<|one|>"])
    let two = try tokenizer.adding(specialTokens: ["<|two|>"])
    #expect(one.idsAdded(by: two) == nil)
  }

  @Test("an id that a hole in the vocabulary leaves taken is told") func hole() throws {
    let file = """
      {"added_tokens": [{"id": 0, "content": "<s>", "special": true}],
       "model": {"type": "WordLevel", "vocab": {"a": 1, "b": 2}, "unk_token": "a"}}
      """
    let tokenizer = try Tokenizer(fileContents: Array(file.utf8))
    #expect(throws: TokenizerError.duplicateIdentifier(id: 2, tokens: ["b", "<t>"])) {
      try tokenizer.adding(specialTokens: ["<t>"])
    }
  }
}
