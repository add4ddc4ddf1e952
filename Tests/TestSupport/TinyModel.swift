import Autograd
package import Datasets
import Mathematics
package import Models
import Serialization
import Tensors

/// A model whose every size is odd for a kernel: no width is a multiple of a vector's.
package enum TinyModel {
  package static let vocabularySize = 61

  /// Makes the model; biases and norms are set off their starting values, so that each counts.
  package static func make(isTied: Bool, seed: UInt64 = 5) throws -> Transformer {
    let model = Transformer(untrained: try config(isTied: isTied), seed: seed)
    for (index, parameter) in model.parameters.enumerated() {
      let noise = sampleTensor(parameter.value.shape, seed: seed &+ UInt64(index))
      noise.scale(by: 0.2)
      parameter.value.add(noise)
    }
    return model
  }

  /// The untied form has a bias everywhere, the tied one nowhere.
  package static func config(isTied: Bool) throws -> ModelConfig {
    try ModelConfig([
      "model_type": "llama", "hidden_size": 19, "intermediate_size": 27,
      "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6,
      "vocab_size": .integer(vocabularySize), "max_position_embeddings": 256,
      "tie_word_embeddings": .bool(isTied), "attention_bias": .bool(!isTied),
      "mlp_bias": .bool(!isTied),
    ])
  }

  /// Makes a model of a family whose activations are large beside what memory is rounded to; sizes
  /// stand under the names of llama's kind and under GPT-2's.
  package static func deep(
    _ family: String = "llama", layers: Int, vocabulary: Int, isTied: Bool = true
  ) throws -> Transformer {
    var object: JSONObject = [
      "model_type": .string(family), "hidden_size": 48, "intermediate_size": 112,
      "num_hidden_layers": .integer(layers), "num_attention_heads": 4, "num_key_value_heads": 2,
      "head_dim": 12, "vocab_size": .integer(vocabulary), "max_position_embeddings": 512,
      "ffn_hidden_size": 112, "ffn_dim": 112, "n_embd": 48, "n_inner": 112,
      "n_layer": .integer(layers), "n_head": 4, "n_positions": 512,
      "tie_word_embeddings": .bool(isTied),
    ]
    // A quarter of these heads would be odd.
    if family == "gpt_neox" { object["rotary_pct"] = 0.5 }
    if withExperts.contains(family) {
      let sizes: JSONObject = [
        "num_experts": 6, "num_experts_per_tok": 2, "moe_intermediate_size": 64,
      ]
      for (key, value) in sizes.entries { object[key] = value }
    }
    if family.hasPrefix("deepseek") {
      let sizes: JSONObject = [
        "num_key_value_heads": 4, "q_lora_rank": 20, "kv_lora_rank": 24, "qk_nope_head_dim": 10,
        "qk_rope_head_dim": 4, "v_head_dim": 12, "first_k_dense_replace": 1, "n_group": 3,
        "topk_group": 2,
      ]
      for (key, value) in sizes.entries { object[key] = value }
    }
    if family == "qwen2_moe" { object["shared_expert_intermediate_size"] = 80 }
    if twoHalved.contains(family) {
      let sizes: JSONObject = [
        "d_model": 48, "d_ff": 112, "d_kv": 12, "num_heads": 4, "num_layers": .integer(layers),
      ]
      for (key, value) in sizes.entries { object[key] = value }
    }
    if family == "lfm2" {
      object["layer_types"] = .array((0..<layers).map { $0 % 2 == 0 ? "conv" : "full_attention" })
      object["block_auto_adjust_ff_dim"] = false
    }
    if family == "qwen3_5_text" {
      object["layer_types"] = .array(
        (0..<layers).map { $0 % 2 == 0 ? "linear_attention" : "full_attention" })
      for key in ["linear_key_head_dim", "linear_value_head_dim"] { object[key] = 8 }
      for (key, count) in [("linear_num_key_heads", 2), ("linear_num_value_heads", 4)] {
        object[key] = .integer(count)
      }
    }
    // Its own default is wider than these heads.
    if family == "gptj" { object["rotary_dim"] = 8 }
    if family == "gpt_neo" { object["attention_types"] = [[["global"], .integer(layers)]] }
    let config = try ModelConfig(object)
    return Transformer(untrained: config, seed: 1)
  }

  /// Families whose models read with one half and write with another.
  package static let twoHalved = ["t5", "mt5", "umt5"]

  /// Families whose layers have experts.
  package static let withExperts = [
    "mixtral", "qwen2_moe", "qwen3_moe", "olmoe", "gpt_oss", "deepseek_v2", "deepseek_v3",
  ]

  /// Rows for models of two halves: prompts of some lengths with answers of others, one prompt longer
  /// than a block of attention's keys.
  package static func pairs(
    lengths: [(prompt: Int, answer: Int)] = [
      (9, 4), (70, 12), (1, 66), (33, 1), (5, 90), (18, 7), (64, 3),
    ]
  ) -> [EncodedExample] {
    zip(examples(lengths: lengths.map(\.prompt)), examples(lengths: lengths.map { $0.answer + 1 }))
      .map { prompt, answer in
        EncodedExample(
          ids: answer.ids, lossMask: answer.ids.indices.map { $0 > 0 }, row: answer.row,
          prompt: prompt.ids)
      }
  }

  /// Examples of these lengths in tokens, of which the second half is trained.
  package static func examples(lengths: [Int]) -> [EncodedExample] {
    lengths.enumerated().map { row, length in
      let stream = RandomStream(seed: UInt64(row), purpose: .sampling)
      let ids = (0..<length).map { Int32(stream.uniform(at: $0) * Double(vocabularySize)) }
      return EncodedExample(ids: ids, lossMask: ids.indices.map { $0 >= length / 2 }, row: row)
    }
  }

  /// Pairs of answers to prompts of some lengths, one longer than a block of attention's keys; of a row
  /// the better and the worse answer are of different lengths.
  package static func preferences(isSharing: Bool) -> [EncodedExample] {
    let lengths: [(prompt: Int, chosen: Int, rejected: Int)] = [
      (9, 4, 6), (70, 12, 3), (1, 40, 20), (33, 1, 2), (5, 70, 9), (18, 7, 7), (20, 3, 1),
    ]
    let prompts = examples(lengths: lengths.map(\.prompt))
    let chosen = examples(lengths: lengths.map(\.chosen))
    let rejected = examples(lengths: lengths.map { $0.rejected + 1 })
    return lengths.indices.map { row in
      let prompt = prompts[row].ids
      func answer(_ ids: some Collection<Int32>) -> (ids: [Int32], mask: [Bool]) {
        (prompt + ids, prompt.map { _ in false } + ids.map { _ in true })
      }
      let (better, worse) = (answer(chosen[row].ids), answer(rejected[row].ids.dropFirst()))
      return EncodedExample(
        ids: better.ids, lossMask: better.mask, row: row,
        goal: .preferred(
          over: OtherAnswer(
            ids: worse.ids, lossMask: worse.mask, sharedCount: isSharing ? prompt.count - 1 : 0)))
    }
  }

  /// Each answer of ``preferences(isSharing:)`` with its verdict.
  package static func verdicts() -> [EncodedExample] {
    preferences(isSharing: false).enumerated().map { place, pair in
      let isGood = place % 2 == 0
      let (ids, mask) =
        isGood
        ? (pair.ids, pair.lossMask) : (pair.other?.ids ?? [], pair.other?.lossMask ?? [])
      return EncodedExample(
        ids: ids, lossMask: mask, row: pair.row, goal: .verdict(isGood: isGood, mismatched: nil))
    }
  }

  /// Each of some rows twice, after one of two system prompts, one longer than a block of attention's keys, or
  /// after none.
  package static func begun(_ rows: [EncodedExample]) -> [EncodedExample] {
    let beginnings = examples(lengths: [66, 40]).map(\.ids) + [[]]
    return (0..<2 * rows.count).map { index in
      let (row, beginning) = (rows[index / 2], beginnings[index % 3])
      let mask = beginning.map { _ in false }
      var changed = EncodedExample(
        ids: beginning + row.ids, lossMask: mask + row.lossMask, row: index, goal: row.goal)
      if let other = row.other {
        changed.goal = .preferred(
          over: OtherAnswer(
            ids: beginning + other.ids, lossMask: mask + other.lossMask,
            sharedCount: other.sharedCount == 0 ? 0 : beginning.count + other.sharedCount))
      }
      return changed
    }
  }
}
