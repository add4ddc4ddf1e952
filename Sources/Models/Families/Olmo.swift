import Checkpoints
import Serialization

extension ModelFamily {
  /// Norms of results instead of inputs, and of all queries and all keys together.
  ///
  /// Source: OLMo Team 2024, arXiv:2501.00656, section 2.
  static let olmo2 = ofLlamaKind(
    "olmo2", architecture: "Olmo2ForCausalLM", defaults: olmoDefaults, endOfSequenceID: 50_279,
    readKeys: queryKeyNormKeys
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    try plan.setOlmo(file)
  }

  /// OLMo 2 with a window in three of four layers, whose positions are never stretched.
  ///
  /// Source: OLMo Team 2025, as in Hugging Face `Olmo3Model`.
  static let olmo3 = ofLlamaKind(
    "olmo3", architecture: "Olmo3ForCausalLM",
    defaults: olmoDefaults.overlaid(by: [
      "rope_theta": .number(olmo3Theta), "sliding_window": 4096,
    ]), endOfSequenceID: 50_279, keys: LlamaKeys(hasRopeByLayerType: true),
    readKeys: queryKeyNormKeys
  ) { (plan, file) throws(CheckpointError) in
    try plan.setOlmo(file)
    try plan.setWindows(file) { ($0 + 1) % 4 != 0 }
    // The reference takes a theta beside the objects for the layers without a window alone.
    plan.windowedRopeTheta = try file.windowedTheta(nil) ?? olmo3Theta
  }

  private static let olmo3Theta = 500_000.0

  private static let olmoDefaults: JSONObject = [
    "vocab_size": 50_304, "hidden_size": 4096, "intermediate_size": 11_008,
    "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 2048,
    "rms_norm_eps": 1e-5,
  ]
}

extension LlamaPlan {
  fileprivate mutating func setOlmo(_ file: ConfigReader) throws(CheckpointError) {
    attentionBias = try file.bool("attention_bias", default: false)
    attentionOutputBias = attentionBias
    queryKeyNorms = .ofAllHeads
    names.normsResults()
  }
}
