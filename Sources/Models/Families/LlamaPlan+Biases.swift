import Checkpoints

extension LlamaPlan {
  /// Reads the switches that llama has: attention's is of all four projections.
  mutating func setBiases(_ file: ConfigReader) throws(CheckpointError) {
    attentionBias = try file.bool("attention_bias", default: false)
    attentionOutputBias = attentionBias
    mlpBias = try file.bool("mlp_bias", default: false)
    statesBiases = true
  }

  /// Sets a bias everywhere, or nowhere.
  mutating func setAllBiases(_ hasBias: Bool) {
    attentionBias = hasBias
    attentionOutputBias = hasBias
    mlpBias = hasBias
  }
}
