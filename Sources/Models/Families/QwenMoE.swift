import Autograd
import Checkpoints
import Serialization

extension ModelFamily {
  /// Qwen 3 with experts in some layers, mostly all.
  ///
  /// Source: Yang et al. 2025, arXiv:2505.09388, section 2.
  static let qwen3MoE = ofLlamaKind(
    "qwen3_moe", architecture: "Qwen3MoeForCausalLM",
    defaults: qwenMoEDefaults.overlaid(by: [
      "intermediate_size": 6144, "num_attention_heads": 32, "num_key_value_heads": 4,
      "moe_intermediate_size": 768, "num_experts_per_tok": 8,
    ]), readKeys: expertKeys.union(queryKeyNormKeys)
  ) { (plan, file) throws(CheckpointError) in
    plan.attentionBias = try file.bool("attention_bias", default: false)
    plan.attentionOutputBias = plan.attentionBias
    plan.queryKeyNorms = .ofHeads
    try plan.setOneKindOfWindow(file, isUsed: file.bool("use_sliding_window", default: false))
    plan.mixture = try .ofQwen(plan, file, expertCount: 128)
  }

  /// Qwen 2 with experts, and one beside them that every token goes through, as far as a gate lets it.
  ///
  /// Source: Yang et al. 2024, arXiv:2407.10671, section 2.2.2.
  static let qwen2MoE = ofLlamaKind(
    "qwen2_moe", architecture: "Qwen2MoeForCausalLM",
    defaults: qwenMoEDefaults.overlaid(by: [
      "intermediate_size": 5632, "num_attention_heads": 16, "num_key_value_heads": 16,
      "moe_intermediate_size": 1408, "num_experts_per_tok": 4,
      "shared_expert_intermediate_size": 5632, "max_window_layers": 28,
    ]), readKeys: expertKeys.union(["shared_expert_intermediate_size"])
  ) { (plan, file) throws(CheckpointError) in
    plan.attentionBias = try file.bool("qkv_bias", default: true)
    if try file.bool("use_sliding_window", default: false) {
      let last = try file.size("max_window_layers", 0...1024)
      let isWindowed = file.value("sliding_window") != nil
      try plan.setWindows(file) { isWindowed && $0 % 2 == 0 && $0 < last }
    } else {
      try plan.refuseWindows(file)
    }
    var mixture = try MixturePlan.ofQwen(plan, file, expertCount: 60)
    mixture.shared = .init(
      name: "shared_expert",
      innerWidth: try file.size("shared_expert_intermediate_size", ConfigReader.innerWidths),
      gateName: "shared_expert_gate")
    plan.mixture = mixture
  }

  private static let qwenMoEDefaults: JSONObject = [
    "vocab_size": 151_936, "hidden_size": 2048, "num_hidden_layers": 24,
    "max_position_embeddings": 32_768, "use_sliding_window": false, "sliding_window": 4096,
    "decoder_sparse_step": 1, "norm_topk_prob": false,
  ]
}

extension MixturePlan {
  fileprivate static func ofQwen(
    _ plan: LlamaPlan, _ file: ConfigReader, expertCount: Int
  ) throws(CheckpointError) -> MixturePlan {
    let count = try file.expertCount(default: expertCount, layerCount: plan.layerCount)
    return MixturePlan(
      rule: RoutingRule(
        expertCount: count, chosenCount: try file.chosenExpertCount(of: count), scores: .softmax,
        isNormalized: try file.bool("norm_topk_prob", default: false)),
      innerWidth: try file.expertWidth("moe_intermediate_size", expertCount: count),
      isSparse: try file.sparseLayers(plan.layerCount))
  }
}
