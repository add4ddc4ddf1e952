import Checkpoints
import Serialization

extension ModelFamily {
  /// Attention and the feed-forward layer side by side after one norm, by mean and variance; no
  /// gate, biases everywhere, and positions that turn a part of each head.
  ///
  /// Source: Li et al. 2023, arXiv:2309.05463, section 3, as in Hugging Face `PhiModel`.
  static let phi = ofLlamaKind(
    "phi", architecture: "PhiForCausalLM",
    defaults: [
      "vocab_size": 51_200, "hidden_size": 2048, "intermediate_size": 8192,
      "num_hidden_layers": 24, "num_attention_heads": 32, "max_position_embeddings": 2048,
      "hidden_act": "gelu_new", "layer_norm_eps": 1e-5, "partial_rotary_factor": 0.5,
      "qk_layernorm": false,
    ], endOfSequenceID: 2, keys: LlamaKeys(epsilon: "layer_norm_eps", hasTurnedShare: true),
    readKeys: ["qk_layernorm"]
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    plan.isParallel = true
    plan.normKind = .layer
    plan.attentionBias = true
    plan.attentionOutputBias = true
    plan.mlpBias = true
    plan.hasHeadBias = true
    plan.queryKeyNorms = try file.bool("qk_layernorm", default: false) ? .ofHeads : .none
    plan.names.attentionOutput = "dense"
    plan.names.queryNorm = "q_layernorm"
    plan.names.keyNorm = "k_layernorm"
    plan.names.gate = nil
    plan.names.up = "fc1"
    plan.names.down = "fc2"
    plan.names.feedForwardNorm = nil
    plan.names.lastNorm = "final_layernorm"
  }

  /// Llama with one layer for queries, keys and values, one for both halves of the feed-forward
  /// layer, and longrope.
  ///
  /// Source: Abdin et al. 2024, arXiv:2404.14219, section 2.
  static let phi3 = ofLlamaKind(
    "phi3", architecture: "Phi3ForCausalLM",
    defaults: [
      "vocab_size": 32_064, "hidden_size": 3072, "intermediate_size": 8192,
      "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 4096,
      "original_max_position_embeddings": 4096, "rms_norm_eps": 1e-5,
      "partial_rotary_factor": 1, "sliding_window": .null,
    ], endOfSequenceID: 32_000, keys: .withTurnedShare
  ) { (plan, file) throws(CheckpointError) in
    try plan.setOneKindOfWindow(file)
    plan.names.fusedAttention = "qkv_proj"
    plan.names.gate = nil
    plan.names.up = "gate_up_proj"
    plan.names.upHoldsGate = true
  }
}
