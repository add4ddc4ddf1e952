import Autograd
import Checkpoints
import Models
import Serialization
import Tensors
import TestSupport
import Testing
import Tokenizers

@testable import Session

/// A model that is given tokens.
@Suite("A model's tokens") struct VocabularyTests {
  /// A model with rows for `spare` tokens more than its tokenizer has.
  private func desk(spare: Int = 0, type: String = "llama", isTied: Bool = true) async throws
    -> Desk
  {
    let desk = try await Desk()
    try await desk.session.takeModel(spare: spare, type: type, isTied: isTied)
    return desk
  }

  @Test(
    "old rows keep their bits, and new ones are the mean of them",
    arguments: [("llama", true), ("llama", false), ("gpt_neox", false)])
  func rows(type: String, isTied: Bool) async throws {
    let session = try await desk(type: type, isTied: isTied).session
    let before = await session.tables
    _ = try await session.useChatML()
    let after = await session.tables
    #expect(before.count == (isTied ? 1 : 2))
    for (old, new) in zip(before, after) {
      let width = old.columns
      #expect(new.shape == [old.rows + 2, width])
      #expect(Array(new.values.prefix(old.count)) == old.values)
      let mean = (0..<width).map { column in
        let sum = (0..<old.rows).reduce(0.0) { $0 + Double(old.values[$1 * width + column]) }
        return Float(sum / Double(old.rows))
      }
      #expect(Array(new.values.suffix(2 * width)) == mean + mean)
    }
    #expect(await session.vocabularySize == before[0].rows + 2)
  }

  @Test("rows to spare are used first", arguments: [1, 2, 3]) func spare(count: Int) async throws {
    let session = try await desk(spare: count).session
    let before = await session.tables
    let added = try #require(try await session.useChatML())
    #expect(added.ids.map(Int.init) == [before[0].rows - count, before[0].rows - count + 1])
    #expect(added.rowCount == max(0, 2 - count))
    let after = await session.tables
    #expect(after[0].rows == before[0].rows + max(0, 2 - count))
    #expect(Array(after[0].values.prefix(before[0].count)) == before[0].values)
  }

  @Test("a second time nothing is added, and another template adds its own") func twice()
    async throws
  {
    let session = try await desk().session
    _ = try await session.useChatML()
    let once = await session.vocabularySize
    #expect(try await session.useChatML() == nil)
    #expect(await session.vocabularySize == once)
    let more = try #require(try await session.use("gemma"))
    #expect(more.texts == ["<start_of_turn>", "<end_of_turn>"])
    let tables = await session.tables
    // The mean is of what was loaded, however often rows are added.
    #expect(tables[0].rows(once - 1..<once).bits == tables[0].rows(once..<once + 1).bits)
  }

  @Test("a snapshot from before is without them") func snapshot() async throws {
    let session = try await desk(isTied: false).session
    let before = await session.tables
    let moment = await session.snapshot()
    _ = try await session.useChatML()
    try await session.restore(moment)
    let after = await session.tables
    #expect(zip(before, after).allSatisfy { $0.shape == $1.shape && $0.bits == $1.bits })
    #expect(await !session.knows("<|im_start|>"))
    #expect(try await session.useChatML()?.rowCount == 2)
  }
}

extension Session {
  fileprivate func takeModel(spare: Int, type: String, isTied: Bool) throws {
    guard let tokenizer = model?.tokenizer else { return }
    var object: JSONObject = [
      "model_type": .string(type), "hidden_size": 16, "intermediate_size": 32,
      "num_hidden_layers": 1, "num_attention_heads": 2,
      "vocab_size": .integer(tokenizer.vocabularySize + spare), "max_position_embeddings": 128,
      "tie_word_embeddings": .bool(isTied), "bos_token_id": nil, "eos_token_id": 0,
    ]
    if type == "llama" { object["num_key_value_heads"] = 2 }
    let config = try ModelConfig(object)
    model = try LoadedModel(
      name: "wren", contents: .init(config: config.json, tokenizer: tokenizer.fileContents),
      model: Transformer(untrained: config, seed: 3, on: device),
      origin: .untrained(config, seed: 3))
  }

  fileprivate func useChatML() throws -> AddedTokens? { try use("chatml") }

  fileprivate func use(_ template: String) throws -> AddedTokens? {
    guard let model else { return nil }
    return try model.use(BuiltInTemplate.named(template, of: model), addingTokens: true)
  }

  /// The table of tokens, and that of a head of its own.
  fileprivate var tables: [Tensor] {
    guard let transformer = model?.model else { return [] }
    let head = transformer.blueprint.head
    return [transformer.embedding.tokens.ownWeights.tensor.copy()]
      + (head.isEmbedding ? [] : [transformer.head.weight.ownWeights.tensor.copy()])
  }

  fileprivate func knows(_ token: String) -> Bool { model?.tokenizer.id(of: token) != nil }

  fileprivate var vocabularySize: Int { model?.model.config.vocabularySize ?? 0 }
}
