extension ModelConfig {
  /// Everything that the arithmetic depends on beside the weights, by the names of config.json, and
  /// under `other` whatever has no line here.
  ///
  /// Keys that change no number, such as a model's name or the ids that end an answer, are not among
  /// it.
  package var identity: [(name: String, value: String)] {
    func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "none" }
    let windows = traits.windows.map(text).joined(separator: " ")
    return [
      ("model_type", modelType), ("hidden_size", "\(hiddenSize)"),
      ("intermediate_size", "\(intermediateSize)"), ("num_hidden_layers", "\(layerCount)"),
      ("num_attention_heads", "\(headCount)"), ("num_key_value_heads", "\(keyValueHeadCount)"),
      ("head_dim", "\(headWidth)"), ("vocab_size", "\(vocabularySize)"),
      ("rms_norm_eps", "\(rmsNormEpsilon)"), ("rope_theta", "\(ropeTheta)"),
      ("rope_scaling", "\(ropeScaling)"), ("tie_word_embeddings", "\(tieWordEmbeddings)"),
      (family.activationKey, traits.activation.rawValue), ("sliding_window", windows),
      ("attn_logit_softcapping", text(traits.attentionSoftCap)),
      ("final_logit_softcapping", text(traits.logitSoftCap)),
      ("query_pre_attn_scalar", "\(traits.queryScalar)"),
      ("rope_local_base_freq", text(traits.windowedRopeTheta)),
      ("attention_bias", "\(traits.attentionBias)"), ("mlp_bias", "\(traits.mlpBias)"),
      ("other", "\(traits)"),
    ]
  }
}
