import Checkpoints
import Serialization

extension ModelFamily {
  /// Norms by mean and variance, and positions that turn a quarter of each head; in some models
  /// attention and the feed-forward layer stand side by side.
  ///
  /// Source: Bellagente et al. 2024, arXiv:2402.17834, section 3, as in Hugging Face
  /// `StableLmModel`.
  static let stableLM = ofLlamaKind(
    "stablelm", architecture: "StableLmForCausalLM",
    defaults: [
      "vocab_size": 50_304, "hidden_size": 2560, "intermediate_size": 6912,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32,
      "max_position_embeddings": 4096, "layer_norm_eps": 1e-5, "partial_rotary_factor": 0.25,
      "use_qkv_bias": false, "use_parallel_residual": false,
    ], endOfSequenceID: 0,
    keys: LlamaKeys(epsilon: "layer_norm_eps", hasTurnedShare: true),
    readKeys: ["use_parallel_residual"]
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    guard plan.headCount * plan.headWidth == plan.hiddenSize else {
      throw file.wrong("head_dim", "hidden_size / num_attention_heads")
    }
    plan.normKind = .layer
    plan.attentionBias = try file.bool("use_qkv_bias", default: false)
    plan.isParallel = try file.bool("use_parallel_residual", default: false)
    if plan.isParallel { plan.names.feedForwardNorm = nil }
  }
}
