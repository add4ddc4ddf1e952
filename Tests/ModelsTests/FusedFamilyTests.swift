import Checkpoints
import Models
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

/// Configs of the families whose queries, keys and values come from one layer: what other programs
/// ignore, what cannot be computed, and what is written.
@Suite("Configs of fused families") struct FusedFamilyTests {
  private func gpt2(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
    var object: JSONObject = [
      "model_type": "gpt2", "vocab_size": 16, "n_embd": 24, "n_layer": 1, "n_head": 3,
      "n_positions": 32, "bos_token_id": 1, "eos_token_id": 2,
    ]
    for (key, value) in changes { object[key] = value }
    return object
  }

  private func neoX(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
    tinyConfig(
      [
        ("model_type", "gpt_neox"), ("hidden_size", 16), ("rotary_pct", 0.5),
        ("num_key_value_heads", nil),
      ] + changes)
  }

  /// As transformers does: a head of GPT-2 is always a share of the hidden size.
  @Test("GPT-2 has no width of heads of its own", arguments: [2, 4, 8, 32])
  func headDimension(width: Int) throws {
    let config = try ModelConfig(gpt2([("head_dim", .integer(width))]))
    #expect(config.headWidth == 8)
    let model = Transformer(untrained: config, seed: 1)
    #expect(model.logits(ofAll: [1, 2, 3]).isFinite)
  }

  @Test("an inner width that is null is four times the hidden size") func inner() throws {
    #expect(try ModelConfig(gpt2([("n_inner", .null)])).intermediateSize == 96)
    #expect(try ModelConfig(gpt2([("n_inner", 10)])).intermediateSize == 10)
  }

  static let refused: [(key: String, value: JSONValue)] = [
    ("n_head", 5), ("n_head", 0), ("n_embd", 27), ("n_positions", 0), ("n_inner", -1),
    ("layer_norm_epsilon", 0), ("activation_function", "mish"), ("scale_attn_weights", 1),
    ("n_embd", 1e300), ("n_layer", 5000),
  ]

  @Test("what cannot be computed is refused by name", arguments: refused)
  func refuses(key: String, value: JSONValue) throws {
    let error = failure { () throws(CheckpointError) in try ModelConfig(gpt2([(key, value)])) }
    let named = key == "n_embd" && value == 27 ? "n_head" : key
    #expect(error?.message.contains("`\(named)`") == true, "\(String(describing: error))")
  }

  static let neoXRefused: [(key: String, value: JSONValue)] = [
    ("head_dim", 4), ("rotary_pct", 0.4), ("rotary_pct", 0), ("rotary_pct", 1.5),
    ("rotary_emb_base", 0), ("use_parallel_residual", "yes"), ("num_attention_heads", 3),
  ]

  @Test("GPT-NeoX refuses a share that is odd, and heads of another width", arguments: neoXRefused)
  func refusesOfNeoX(key: String, value: JSONValue) throws {
    let error = failure { () throws(CheckpointError) in try ModelConfig(neoX([(key, value)])) }
    #expect(error?.message.contains("`\(key)`") == true, "\(String(describing: error))")
  }

  /// The object of positions that each version of transformers reads; the other one is taken away.
  @Test("stretched positions and their share are in the words of both versions")
  func positions() throws {
    let config = try ModelConfig(
      neoX([("rope_scaling", ["rope_type": "linear", "factor": 3]), ("rotary_emb_base", 500)]))
    #expect(config.scaling == .linear(factor: 3) && config.thetas == [500])
    let rotary = config.blueprint.layers[0].attention?.rotary
    #expect(rotary?.width == 4)
    for words in [["rope_parameters"], ["rope_scaling", "rotary_pct", "rotary_emb_base"], []] {
      var json = config.json
      for word in words { json[word] = nil }
      #expect(try ModelConfig(json).blueprint == config.blueprint, "without \(words)")
    }
  }

  @Test("a head of its own, and layers one after the other, are read and written")
  func forms() throws {
    for json in [gpt2([("tie_word_embeddings", false)]), neoX([("use_parallel_residual", false)])] {
      let config = try ModelConfig(json)
      #expect(!config.isTied && !config.blueprint.layers[0].isParallel)
      #expect(try ModelConfig(config.json).blueprint == config.blueprint)
    }
    #expect(try ModelConfig(neoX()).blueprint.layers[0].isParallel)
  }
}
