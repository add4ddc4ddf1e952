import Checkpoints
import Serialization

extension ModelFamily {
  /// Norm weights less one, embeddings times sqrt(C), a GELU gate, wide heads.
  ///
  /// Source: Gemma Team 2024, arXiv:2403.08295, section 2.
  static let gemma = ofLlamaKind(
    "gemma", architecture: "GemmaForCausalLM",
    defaults: [
      "vocab_size": 256_000, "hidden_size": 3072, "intermediate_size": 24_576,
      "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 16,
      "head_dim": 256, "max_position_embeddings": 8192, "tie_word_embeddings": true,
      "hidden_act": "gelu_pytorch_tanh",
    ], endOfSequenceID: 1
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    try plan.setGemma(file)
  }

  /// Gemma with norms after each part, soft caps, and a window in every other layer.
  ///
  /// Source: Gemma Team 2024, arXiv:2408.00118, section 2.
  static let gemma2 = ofLlamaKind(
    "gemma2", architecture: "Gemma2ForCausalLM",
    defaults: laterDefaults.overlaid(by: [
      "vocab_size": 256_000, "max_position_embeddings": 8192, "attn_logit_softcapping": 50,
      "final_logit_softcapping": 30,
    ]), endOfSequenceID: 1, keys: LlamaKeys(activation: "hidden_activation"),
    nullableKeys: nullableCaps, readKeys: laterKeys
  ) { (plan, file) throws(CheckpointError) in
    try plan.setGemma(file)
    try plan.setLaterGemma(file)
    try plan.setWindows(file) { $0 % 2 == 0 }
  }

  /// Gemma 2 with norms of queries and keys for its caps, and a theta of their own for the windowed
  /// layers, five of six.
  ///
  /// Source: Gemma Team 2025, arXiv:2503.19786, section 2.
  static let gemma3 = ofLlamaKind(
    "gemma3_text", architecture: "Gemma3ForCausalLM",
    defaults: laterDefaults.overlaid(by: [
      "vocab_size": 262_208, "max_position_embeddings": 131_072, "rope_theta": 1_000_000,
      "rope_local_base_freq": 10_000, "sliding_window_pattern": 6,
    ]), endOfSequenceID: 1,
    keys: LlamaKeys(
      activation: "hidden_activation", hasRopeByLayerType: true,
      windowedTheta: "rope_local_base_freq"),
    nullableKeys: nullableCaps, readKeys: laterKeys.union(queryKeyNormKeys)
  ) { (plan, file) throws(CheckpointError) in
    try plan.setGemma(file)
    try plan.setLaterGemma(file)
    plan.queryKeyNorms = .ofHeads
    let pattern = try file.size("sliding_window_pattern", 1...1024)
    try plan.setWindows(file) { ($0 + 1) % pattern != 0 }
    plan.windowedRopeTheta = try file.windowedTheta("rope_local_base_freq")
  }

  private static let laterKeys: Set = [
    "query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping",
  ]

  private static let nullableCaps: Set = ["attn_logit_softcapping", "final_logit_softcapping"]

  private static let laterDefaults: JSONObject = [
    "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26,
    "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256,
    "tie_word_embeddings": true, "hidden_activation": "gelu_pytorch_tanh",
    "query_pre_attn_scalar": 256, "sliding_window": 4096,
  ]
}

extension LlamaPlan {
  fileprivate mutating func setGemma(
    _ file: ConfigReader
  ) throws(CheckpointError) {
    normKind = .rootMeanSquare(offset: 1)
    embeddingScale = Double(hiddenSize).squareRoot()
    attentionBias = try file.bool("attention_bias", default: false)
    attentionOutputBias = attentionBias
  }

  /// What gemma 2 and 3 share beyond the first.
  fileprivate mutating func setLaterGemma(_ file: ConfigReader) throws(CheckpointError) {
    names.attentionOutputNorm = "post_attention_layernorm"
    names.feedForwardNorm = "pre_feedforward_layernorm"
    names.feedForwardOutputNorm = "post_feedforward_layernorm"
    let queryScalar = try file.required(
      file.double("query_pre_attn_scalar", above: 0, upTo: 1e6), "query_pre_attn_scalar")
    scoreScale = 1 / Float(queryScalar).squareRoot()
    attentionSoftCap = try file.double("attn_logit_softcapping", above: 0, upTo: 1e6)
    logitSoftCap = try file.double("final_logit_softcapping", above: 0, upTo: 1e6)
  }
}
