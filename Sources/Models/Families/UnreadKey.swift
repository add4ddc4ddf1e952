import Checkpoints
import Serialization

/// A key of config.json that changes what some models compute, and that is not read here.
///
/// A file that has one is of a kind that only looks like a known family: left out, the key would
/// give wrong numbers without a word.
struct UnreadKey: Sendable {
  let key: String
  /// What it stands for, in the message that refuses it.
  let meaning: String
  /// Values that change nothing.
  let neutral: Neutral

  /// Values that change nothing; null never does.
  enum Neutral: Sendable {
    /// False, zero and whatever is empty: ``JSONValue/isOff``.
    case off
    /// As ``off``, and 1: one of something, or a factor of one.
    case offOrOne
    /// A factor of one, or a list of nothing but ones.
    case one
    /// True alone.
    case on
  }

  private init(
    _ key: String, _ meaning: String, _ neutral: Neutral = .off
  ) {
    self.key = key
    self.meaning = meaning
    self.neutral = neutral
  }

  /// Every such key: a line each.
  static let all: [UnreadKey] = [
    .init("quantization_config", "quantized weights; take the original model"),
    .init("compression_config", "compressed weights; take the original model"),

    .init("num_experts", "a mixture of experts", .offOrOne),
    .init("num_local_experts", "a mixture of experts", .offOrOne),
    .init("n_routed_experts", "a mixture of experts", .offOrOne),
    .init("moe_num_experts", "a mixture of experts", .offOrOne),
    .init("num_experts_per_tok", "a mixture of experts", .offOrOne),
    .init("n_shared_experts", "a mixture of experts"),
    .init("moe_intermediate_size", "a mixture of experts"),
    .init("shared_expert_intermediate_size", "a mixture of experts"),

    .init("partial_rotary_factor", "positions that turn only a part of each head", .one),
    .init("rotary_pct", "positions that turn only a part of each head", .one),
    .init("rotary_dim", "positions that turn only a part of each head"),
    .init("rope_interleave", "positions that turn neighbours instead of halves"),
    .init("rope_interleaved", "positions that turn neighbours instead of halves"),
    .init("no_rope_layers", "layers without positions", .one),
    .init("no_rope_layer_interval", "layers without positions"),
    .init("use_rope", "a model without rotary positions", .on),
    .init("alibi", "positions as a slope of the scores"),
    .init("use_alibi", "positions as a slope of the scores"),

    .init("attention_multiplier", "another scale of the scores"),
    .init("residual_multiplier", "scaled residuals", .one),
    .init("embedding_multiplier", "scaled embeddings", .one),
    .init("logits_scaling", "scaled logits", .one),
    .init("logit_scale", "scaled logits", .one),
    .init("scale_emb", "scaled embeddings", .one),
    .init("scale_depth", "scaled residuals"),
    .init("dim_model_base", "scaled logits"),
    .init("query_pre_attn_scalar", "another scale of the scores"),
    .init("attn_temperature_tuning", "scores scaled by position"),
    .init("attn_logit_softcapping", "capped scores"),
    .init("final_logit_softcapping", "capped logits"),
    .init("clip_qkv", "clipped queries, keys and values"),

    .init("qk_norm", "norms of queries and keys"),
    .init("use_qk_norm", "norms of queries and keys"),
    .init("qk_layernorm", "norms of queries and keys"),

    .init("attention_chunk_size", "attention in chunks"),
    .init("use_bidirectional_attention", "attention to tokens that come later"),
    .init("is_causal", "attention to tokens that come later", .on),
    .init("is_encoder_decoder", "an encoder beside the decoder"),
    .init("add_cross_attention", "attention to another model's states"),
    .init("cross_attention_layers", "attention to another model's states"),
    .init("attention_sinks", "scores with a sink"),
    .init("attn_output_gate", "gated attention"),
    .init("kv_lora_rank", "compressed keys and values"),
    .init("q_lora_rank", "compressed queries"),
    .init("num_kv_shared_layers", "layers that share keys and values"),
    .init("full_attention_interval", "layers of linear attention"),
    .init("parallel_attn", "attention and feed-forward side by side"),
    .init("use_parallel_residual", "attention and feed-forward side by side"),
    .init("parallel_residual", "attention and feed-forward side by side"),
    .init("pruned_heads", "heads left out"),

    .init("hidden_size_per_layer_input", "embeddings for each layer"),
    .init("per_layer_config", "layers of different sizes"),
    .init("block_configs", "layers of different sizes"),
    .init("activation_sparsity_pattern", "sparse activations"),
  ]

  /// Refuses a config that has such a key with a value that changes something.
  static func refuse(_ file: ConfigReader, _ family: ModelFamily) throws(CheckpointError) {
    for unread in all where !family.readKeys.contains(unread.key) {
      guard let value = file.value(unread.key), !unread.neutral.holds(value) else { continue }
      throw .unsupported(
        path: file.path, key: unread.key, value: shown(value.text),
        reason: "that is \(unread.meaning), which \(family.modelType) models do not have here")
    }
    // The same word in the object of positions means the same.
    guard !family.readKeys.contains("partial_rotary_factor") else { return }
    for key in ["rope_scaling", "rope_parameters"] {
      guard let value = file.value(key)?["partial_rotary_factor"],
        !value.isNull, !Neutral.one.holds(value)
      else { continue }
      throw .unsupported(
        path: file.path, key: "partial_rotary_factor", value: shown(value.text),
        reason: "positions that turn only a part of each head are not supported")
    }
  }
}

extension UnreadKey.Neutral {
  /// Whether `value` changes nothing.
  func holds(_ value: JSONValue) -> Bool {
    switch self {
    case .off: value.isOff
    case .offOrOne: value.isOff || value.double == 1
    case .one: value.double == 1 || (value.array ?? [.null]).allSatisfy { $0.double == 1 }
    case .on: value == .bool(true)
    }
  }
}
