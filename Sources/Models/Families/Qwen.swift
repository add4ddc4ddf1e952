import Checkpoints
import Serialization

extension ModelFamily {
  /// Biases at queries, keys and values, always; a window from some layer on, when switched on.
  ///
  /// Source: Yang et al. 2024, arXiv:2407.10671, section 2.2.
  static let qwen2 = ofLlamaKind(
    "qwen2", architecture: "Qwen2ForCausalLM", defaults: qwenDefaults
  ) { (plan, file) throws(CheckpointError) in
    plan.attentionBias = true
    try plan.setQwenWindows(file)
  }

  /// No biases but a norm of each head of queries and keys.
  ///
  /// Source: Yang et al. 2025, arXiv:2505.09388, section 2.
  static let qwen3 = ofLlamaKind(
    "qwen3", architecture: "Qwen3ForCausalLM",
    defaults: qwenDefaults.overlaid(by: ["head_dim": 128]), readKeys: queryKeyNormKeys
  ) { (plan, file) throws(CheckpointError) in
    plan.attentionBias = try file.bool("attention_bias", default: false)
    plan.attentionOutputBias = plan.attentionBias
    plan.queryKeyNorms = .ofHeads
    try plan.setQwenWindows(file)
  }

  /// Words for what families with norms of queries and keys always have.
  static let queryKeyNormKeys: Set = ["qk_norm", "use_qk_norm", "qk_layernorm"]

  private static let qwenDefaults: JSONObject = [
    "vocab_size": 151_936, "hidden_size": 4096, "intermediate_size": 22_016,
    "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32,
    "max_position_embeddings": 32_768, "use_sliding_window": false, "sliding_window": 4096,
    "max_window_layers": 28,
  ]
}

extension LlamaPlan {
  fileprivate mutating func setQwenWindows(
    _ file: ConfigReader
  ) throws(CheckpointError) {
    // Files name a window that is not in force, and even the layers that would have it.
    guard try file.bool("use_sliding_window", default: false) else {
      return try refuseWindows(file)
    }
    let first = try file.size("max_window_layers", 0...1024)
    let isWindowed = file.value("sliding_window") != nil
    try setWindows(file) { isWindowed && $0 >= first }
  }
}
