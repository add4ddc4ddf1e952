import Autograd
import Checkpoints
import Models
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("Sizes told by a config") struct BlueprintSizesTests {
  @Test("are those of the model, biases and all", arguments: [true, false])
  func parameterCount(isTied: Bool) throws {
    let model = try TinyModel.make(isTied: isTied)
    #expect(model.blueprint.parameterCount == model.parameterCount)
  }

  @Test("are those of every family's model", arguments: GoldenModel.families)
  func families(golden: GoldenModel) throws {
    let model = try golden.model()
    #expect(model.blueprint.parameterCount == model.parameterCount)
  }

  @Test("count the weights in each format as they are kept", arguments: WeightFormat.allCases)
  func weights(format: WeightFormat) throws {
    for isTied in [true, false] {
      let model = try TinyModel.make(isTied: isTied)
      let angles = 4 * model.config.maximumPositions * 6
      try model.pack(as: format)
      #expect(model.blueprint.memoryByteCount(format) == model.weightByteCount + angles)
    }
  }

  @Test(
    "do not overflow at the largest sizes a config may have", arguments: ModelConfig.knownTypes)
  func largest(family: String) throws {
    var object: JSONObject = [
      "model_type": .string(family), "vocab_size": 4_000_000, "hidden_size": 65_536,
      "intermediate_size": 1_048_576, "num_hidden_layers": 1024, "num_attention_heads": 1024,
      "num_key_value_heads": 1024, "max_position_embeddings": 16_777_216, "n_embd": 65_536,
      "n_inner": 1_048_576, "n_layer": 1024, "n_head": 1024, "n_positions": 16_777_216,
    ]
    // What all experts of a layer have together is bounded.
    if TinyModel.withExperts.contains(family) { object["intermediate_size"] = 32_768 }
    if family == "deepseek_v2" { object["num_experts_per_tok"] = 6 }
    // The widest heads, where they may differ from a share.
    if !["gpt_neox", "stablelm"].contains(family) { object["head_dim"] = 256 }
    if family == "gpt_neo" { object["attention_types"] = [[["global"], 1024]] }
    let config = try ModelConfig(object)
    #expect(config.blueprint.parameterCount < 1 << 53)
    #expect(config.blueprint.memoryByteCount() < 1 << 53)
  }
}
