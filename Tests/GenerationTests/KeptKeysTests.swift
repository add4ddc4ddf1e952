import Generation
import Models
import TestSupport
import Testing

/// Guesses at how an answer goes on are taken back by its keys, whatever positions do to these.
@Suite("Guesses of every family that keeps keys") struct KeptKeysTests {
  @Test("change no token", arguments: ["llama", "gpt2", "opt", "bloom", "mpt", "gpt_neo"])
  func guesses(family: String) throws {
    let model = try TinyModel.deep(family, layers: 2, vocabulary: TinyModel.vocabularySize)
    #expect(model.blueprint.keepsKeys)
    func written(_ phrases: WrittenPhrases?) throws -> [[Int32]] {
      try Generator(
        model: model, tokenizer: CountingModel.tokenizer(), endTokens: [7], phrases: phrases
      ).generate(DraftPaths.requests(6)).map(\.tokens)
    }
    #expect(try written(WrittenPhrases()) == written(nil))
  }
}
