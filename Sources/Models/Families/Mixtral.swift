import Autograd
import Checkpoints
import Serialization

extension ModelFamily {
  /// Mistral with experts in the place of each feed-forward layer.
  ///
  /// Transformers adds a loss that keeps experts evenly used where `output_router_logits` asks for
  /// it; a training here is of the answers alone.
  ///
  /// Source: Jiang et al. 2024, arXiv:2401.04088, section 2.1.
  static let mixtral = ofLlamaKind(
    "mixtral", architecture: "MixtralForCausalLM",
    defaults: [
      "vocab_size": 32_000, "hidden_size": 4096, "intermediate_size": 14_336,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
      "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5, "rope_theta": 1_000_000,
      "num_experts_per_tok": 2,
    ], endOfSequenceID: 2, readKeys: expertKeys,
    otherParts: ["block_sparse_moe": "mlp"]
  ) { (plan, file) throws(CheckpointError) in
    try plan.setOneKindOfWindow(file)
    let count = try file.expertCount(default: 8, layerCount: plan.layerCount)
    plan.mixture = MixturePlan(
      rule: RoutingRule(
        expertCount: count, chosenCount: try file.chosenExpertCount(of: count),
        scores: .softmax, isNormalized: true),
      innerWidth: try file.expertWidth("intermediate_size", expertCount: count),
      isSparse: Array(repeating: true, count: plan.layerCount),
      countKey: "num_local_experts", widthKey: "intermediate_size", statesNormalization: false,
      names: .init(block: "block_sparse_moe", gate: "w1", up: "w3", down: "w2"))
  }
}
