extension ModelFamily {
  /// Biases stand where the config says, attention's at all four of its projections.
  static let llama = ModelFamily(
    modelType: "llama", architecture: "LlamaForCausalLM", maximumPositions: 2048,
    endOfSequenceID: 2
  ) { (traits, file, _) throws(CheckpointError) in
    traits.attentionBias = try file.bool("attention_bias", default: false)
    traits.attentionOutputBias = traits.attentionBias
    traits.mlpBias = try file.bool("mlp_bias", default: false)
  }
}
