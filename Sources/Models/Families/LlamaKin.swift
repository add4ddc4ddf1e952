import Checkpoints
import Serialization

/// Families that are llama with other sizes, biases in other places, or windows in some layers.
extension ModelFamily {
  /// Llama with the switches of biases under other names.
  ///
  /// Source: as in Hugging Face `InternLM3Config`, whose model is llama's.
  static let internLM3 = ofLlamaKind(
    "internlm3", architecture: "InternLM3ForCausalLM",
    defaults: [
      "vocab_size": 128_512, "hidden_size": 4096, "intermediate_size": 10_240,
      "num_hidden_layers": 48, "num_attention_heads": 32, "num_key_value_heads": 2,
      "head_dim": 128, "max_position_embeddings": 32_768, "rms_norm_eps": 1e-5,
    ], endOfSequenceID: 2, aliases: ["qkv_bias": "attention_bias", "bias": "mlp_bias"]
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    let attention = try file.bool("attention_bias", default: false)
    guard try file.bool("mlp_bias", default: false) == attention else {
      throw file.wrong("mlp_bias", "the same as attention_bias, \(attention)")
    }
    plan.setAllBiases(attention)
  }

  /// Mistral whose layers may differ in whether they have the window.
  ///
  /// Source: as in Hugging Face `MinistralModel`.
  static let ministral = ofLlamaKind(
    "ministral", architecture: "MinistralForCausalLM",
    defaults: [
      "vocab_size": 32_000, "hidden_size": 4096, "intermediate_size": 14_336,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
      "max_position_embeddings": 131_072, "sliding_window": 4096,
    ], endOfSequenceID: 2
  ) { (plan, file) throws(CheckpointError) in try plan.setWindows(file) { _ in true } }

  /// Llama with biases at queries, keys and values.
  ///
  /// Source: as in Hugging Face `SeedOssModel`.
  static let seedOSS = ofLlamaKind(
    "seed_oss", architecture: "SeedOssForCausalLM",
    defaults: [
      "vocab_size": 155_136, "hidden_size": 4096, "intermediate_size": 27_648,
      "num_hidden_layers": 64, "num_attention_heads": 80, "num_key_value_heads": 8,
      "head_dim": 128, "max_position_embeddings": 524_288, "attention_bias": true,
      "attention_out_bias": false, "mlp_bias": false,
    ], endOfSequenceID: 2
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    plan.attentionBias = try file.bool("attention_bias", default: true)
    plan.attentionOutputBias = try file.bool("attention_out_bias", default: false)
    plan.mlpBias = try file.bool("mlp_bias", default: false)
  }

  /// Llama with a window in three of four layers.
  ///
  /// Source: Meta FAIR 2025, arXiv:2510.02387, section 4.
  static let cwm = ofLlamaKind(
    "cwm", architecture: "CwmForCausalLM",
    defaults: [
      "vocab_size": 128_256, "hidden_size": 6144, "intermediate_size": 21_504,
      "num_hidden_layers": 64, "num_attention_heads": 48, "num_key_value_heads": 8,
      "head_dim": 128, "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5,
      "rope_theta": 1_000_000, "sliding_window": 8192,
      "rope_parameters": [
        "rope_type": "llama3", "rope_theta": 1_000_000, "factor": 16, "low_freq_factor": 1,
        "high_freq_factor": 4, "original_max_position_embeddings": 8192,
      ],
    ], endOfSequenceID: 128_001
  ) { (plan, file) throws(CheckpointError) in
    plan.mlpBias = try file.bool("mlp_bias", default: false)
    try plan.setWindows(file) { $0 % 4 != 0 }
  }

  /// Llama in which positions turn neighbours, and biases are everywhere or nowhere.
  ///
  /// Source: as in Hugging Face `Ernie4_5Model`.
  static let ernie45 = ofLlamaKind(
    "ernie4_5", architecture: "Ernie4_5ForCausalLM",
    defaults: [
      "vocab_size": 103_424, "hidden_size": 1024, "intermediate_size": 3072,
      "num_hidden_layers": 18, "num_attention_heads": 16, "num_key_value_heads": 2,
      "head_dim": 128, "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5,
      "rope_theta": 500_000, "use_bias": false, ModelConfig.tieKey: true,
    ], endOfSequenceID: 2
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    plan.setAllBiases(try file.bool("use_bias", default: false))
    plan.isInterleaved = true
  }
}
