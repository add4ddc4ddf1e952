extension ModelFamily {
  /// Llama with a window in every layer, when the config gives one.
  ///
  /// Source: Jiang et al. 2023, arXiv:2310.06825, section 2.
  static let mistral = ModelFamily(
    modelType: "mistral", architecture: "MistralForCausalLM", endOfSequenceID: 2
  ) { (traits, file, sizes) throws(CheckpointError) in
    try traits.setWindows(file, sizes) { _ in true }
  }
}
