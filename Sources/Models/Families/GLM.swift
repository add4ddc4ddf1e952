import Checkpoints
import Serialization

extension ModelFamily {
  /// One layer for both halves of the feed-forward layer, and positions that turn neighbours in a
  /// part of each head.
  ///
  /// Source: GLM Team 2024, arXiv:2406.12793, section 2, as in Hugging Face `GlmModel`.
  static let glm = ofLlamaKind(
    "glm", architecture: "GlmForCausalLM", defaults: glmDefaults, endOfSequenceID: 151_329,
    keys: .withTurnedShare
  ) { (plan, file) throws(CheckpointError) in try plan.setGLM(file) }

  /// GLM with norms of results too.
  ///
  /// Source: as in Hugging Face `Glm4Model`.
  static let glm4 = ofLlamaKind(
    "glm4", architecture: "Glm4ForCausalLM", defaults: glmDefaults, endOfSequenceID: 151_329,
    keys: .withTurnedShare
  ) { (plan, file) throws(CheckpointError) in
    try plan.setGLM(file)
    plan.names.attentionOutputNorm = "post_self_attn_layernorm"
    plan.names.feedForwardOutputNorm = "post_mlp_layernorm"
  }

  private static let glmDefaults: JSONObject = [
    "vocab_size": 151_552, "hidden_size": 4096, "intermediate_size": 13_696,
    "num_hidden_layers": 40, "num_attention_heads": 32, "num_key_value_heads": 2, "head_dim": 128,
    "max_position_embeddings": 131_072, "rms_norm_eps": 1.5625e-7, "partial_rotary_factor": 0.5,
    "attention_bias": true,
  ]
}

extension LlamaPlan {
  fileprivate mutating func setGLM(_ file: ConfigReader) throws(CheckpointError) {
    try refuseWindows(file)
    attentionBias = try file.bool("attention_bias", default: true)
    isInterleaved = true
    names.gate = nil
    names.up = "gate_up_proj"
    names.upHoldsGate = true
  }
}
