extension ModelFamily {
  /// Biases at queries, keys and values, always; a window from some layer on, when switched on.
  ///
  /// Source: Yang et al. 2024, arXiv:2407.10671, section 2.2.
  static let qwen2 = ModelFamily(
    modelType: "qwen2", architecture: "Qwen2ForCausalLM"
  ) { (traits, file, sizes) throws(CheckpointError) in
    traits.attentionBias = true
    try traits.setQwenWindows(file, sizes)
  }

  /// No biases but a norm of each head of queries and keys.
  ///
  /// Source: Yang et al. 2025, arXiv:2505.09388, section 2.
  static let qwen3 = ModelFamily(
    modelType: "qwen3", architecture: "Qwen3ForCausalLM", headWidth: 128
  ) { (traits, file, sizes) throws(CheckpointError) in
    traits.attentionBias = try file.bool("attention_bias", default: false)
    traits.attentionOutputBias = traits.attentionBias
    traits.hasQueryKeyNorms = true
    try traits.setQwenWindows(file, sizes)
  }
}

extension ModelTraits {
  fileprivate mutating func setQwenWindows(
    _ file: SettingsReader, _ sizes: FamilySizes
  ) throws(CheckpointError) {
    // Files name a window that is not in force, and even the layers that would have it.
    guard try file.bool("use_sliding_window", default: false) else { return }
    let first = try file.int("max_window_layers", in: 0...1024) ?? 28
    try setWindows(file, sizes, default: 4096) { $0 >= first }
  }
}
