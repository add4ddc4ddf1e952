import Autograd
import Checkpoints
import Serialization

extension ModelFamily {
  /// Llama with experts in all layers, and norms over the whole width of queries and of keys.
  ///
  /// Source: Muennighoff et al. 2024, arXiv:2409.02060, section 2.
  static let olmoe = ofLlamaKind(
    "olmoe", architecture: "OlmoeForCausalLM",
    defaults: [
      "vocab_size": 50_304, "hidden_size": 2048, "intermediate_size": 2048,
      "num_hidden_layers": 16, "num_attention_heads": 16, "max_position_embeddings": 4096,
      "rms_norm_eps": 1e-5, "num_experts_per_tok": 8,
    ], endOfSequenceID: 50_279, readKeys: expertKeys.union(queryKeyNormKeys)
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    plan.attentionBias = try file.bool("attention_bias", default: false)
    plan.attentionOutputBias = plan.attentionBias
    plan.queryKeyNorms = .ofAllHeads
    let count = try file.expertCount(default: 64, layerCount: plan.layerCount)
    plan.mixture = MixturePlan(
      rule: RoutingRule(
        expertCount: count, chosenCount: try file.chosenExpertCount(of: count), scores: .softmax,
        isNormalized: try file.bool("norm_topk_prob", default: false)),
      innerWidth: try file.expertWidth("intermediate_size", expertCount: count),
      isSparse: Array(repeating: true, count: plan.layerCount), widthKey: "intermediate_size")
  }
}
