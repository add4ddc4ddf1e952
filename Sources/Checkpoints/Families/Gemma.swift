import Serialization

extension ModelFamily {
  /// Norm weights less one, embeddings times sqrt(C), a GELU gate, wide heads.
  ///
  /// Source: Gemma Team 2024, arXiv:2403.08295, section 2.
  static let gemma = ModelFamily(
    modelType: "gemma", architecture: "GemmaForCausalLM", maximumPositions: 8192, headWidth: 256,
    tiesEmbeddings: true, endOfSequenceID: 1, activation: .geluTanh
  ) { (traits, file, sizes) throws(CheckpointError) in
    try traits.setGemma(file, sizes)
    // The first files say "gelu" and mean its form by tanh; a second key names it outright.
    let second = try ModelTraits.activation("hidden_activation", file)
    if second == nil, traits.activation == .gelu { traits.activation = .geluTanh }
    if let second { traits.activation = second }
  }

  /// Gemma with norms behind each part, soft caps, and a window in every other layer.
  ///
  /// Source: Gemma Team 2024, arXiv:2408.00118, section 2.
  static let gemma2 = ModelFamily(
    modelType: "gemma2", architecture: "Gemma2ForCausalLM", maximumPositions: 8192,
    headWidth: 256, tiesEmbeddings: true, endOfSequenceID: 1, activationKey: "hidden_activation",
    activation: .geluTanh
  ) { (traits, file, sizes) throws(CheckpointError) in
    try traits.setGemma(file, sizes)
    try traits.setLaterGemma(file)
    traits.attentionSoftCap = try ModelTraits.softCap("attn_logit_softcapping", file, default: 50)
    traits.logitSoftCap = try ModelTraits.softCap("final_logit_softcapping", file, default: 30)
    try traits.setWindows(file, sizes, default: 4096) { $0 % 2 == 0 }
  }

  /// Gemma 2 with norms of queries and keys for its caps, and a theta of their own for the windowed
  /// layers, five of six.
  ///
  /// Source: Gemma Team 2025, arXiv:2503.19786, section 2.
  static let gemma3 = ModelFamily(
    modelType: "gemma3_text", architecture: "Gemma3ForCausalLM", maximumPositions: 131_072,
    headWidth: 256, tiesEmbeddings: true, ropeTheta: 1_000_000, endOfSequenceID: 1,
    activationKey: "hidden_activation", activation: .geluTanh
  ) { (traits, file, sizes) throws(CheckpointError) in
    try traits.setGemma(file, sizes)
    try traits.setLaterGemma(file)
    traits.hasQueryKeyNorms = true
    traits.attentionSoftCap = try ModelTraits.softCap("attn_logit_softcapping", file, default: nil)
    traits.logitSoftCap = try ModelTraits.softCap("final_logit_softcapping", file, default: nil)
    let pattern = try file.int("sliding_window_pattern", in: 1...1024) ?? 6
    try traits.setWindows(file, sizes, default: 4096) { ($0 + 1) % pattern != 0 }
    let windowed = try file.section("rope_parameters")?.section("sliding_attention")
    let inNew = try windowed?.double("rope_theta", above: 0, upTo: 1e12)
    let inOld = try file.double("rope_local_base_freq", above: 0, upTo: 1e12)
    traits.windowedRopeTheta = inNew ?? inOld ?? 10_000
  }
}

extension ModelTraits {
  fileprivate mutating func setGemma(
    _ file: SettingsReader, _ sizes: FamilySizes
  ) throws(CheckpointError) {
    try ModelTraits.refuseBidirectional(file)
    normOffset = 1
    embeddingScale = Double(sizes.hiddenSize).squareRoot()
    attentionBias = try file.bool("attention_bias", default: false)
    attentionOutputBias = attentionBias
  }

  /// What gemma 2 and 3 share beyond the first.
  fileprivate mutating func setLaterGemma(_ file: SettingsReader) throws(CheckpointError) {
    hasPostNorms = true
    queryScalar = try file.double("query_pre_attn_scalar", above: 0, upTo: 1e6) ?? 256
  }

  /// The cap under `key`; null in the file is none, as a key left out is `fallback`.
  fileprivate static func softCap(
    _ key: String, _ file: SettingsReader, default fallback: Double?
  ) throws(CheckpointError) -> Double? {
    let stated = try file.double(key, above: 0, upTo: 1e6)
    return file.object[key] == nil ? fallback : stated
  }
}
