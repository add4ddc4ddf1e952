import Checkpoints
import Serialization

extension ModelFamily {
  /// Attention and the feed-forward layer side by side after one norm by mean and variance without
  /// a bias, positions that turn neighbours, and scaled logits.
  ///
  /// Source: as in Hugging Face `CohereModel`.
  static let cohere = ofLlamaKind(
    "cohere", architecture: "CohereForCausalLM",
    defaults: cohereDefaults.overlaid(by: ["rope_theta": 500_000]), endOfSequenceID: 255_001,
    keys: cohereKeys, readKeys: ["logit_scale"]
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    try plan.setCohere(file)
  }

  /// Cohere with a window in three of four layers; in the others positions turn nothing.
  ///
  /// Source: Cohere 2025, arXiv:2504.00698, section 2.
  static let cohere2 = ofLlamaKind(
    "cohere2", architecture: "Cohere2ForCausalLM",
    defaults: cohereDefaults.overlaid(by: [
      "sliding_window": 4096, "sliding_window_pattern": 4,
    ]), endOfSequenceID: 255_001, keys: cohereKeys, readKeys: ["logit_scale"]
  ) { (plan, file) throws(CheckpointError) in
    try plan.setCohere(file)
    let pattern = try file.size("sliding_window_pattern", 1...1024)
    try plan.setWindows(file) { ($0 + 1) % pattern != 0 }
    plan.isTurned = plan.isSliding
  }

  private static let cohereKeys = LlamaKeys(epsilon: "layer_norm_eps")

  private static let cohereDefaults: JSONObject = [
    "vocab_size": 256_000, "hidden_size": 8192, "intermediate_size": 22_528,
    "num_hidden_layers": 40, "num_attention_heads": 64, "max_position_embeddings": 8192,
    "layer_norm_eps": 1e-5, "logit_scale": 0.0625, ModelConfig.tieKey: true,
  ]
}

extension LlamaPlan {
  fileprivate mutating func setCohere(_ file: ConfigReader) throws(CheckpointError) {
    attentionBias = try file.bool("attention_bias", default: false)
    attentionOutputBias = attentionBias
    headScale = try file.factor("logit_scale")
    isParallel = true
    isInterleaved = true
    normKind = .layer
    normBias = false
    names.feedForwardNorm = nil
  }
}
