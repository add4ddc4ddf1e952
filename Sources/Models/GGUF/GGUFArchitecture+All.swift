import Tensors

/// The architectures, a declaration each; what several share stands below.
extension GGUFArchitecture {
  /// Every architecture: a line each.
  package static let all = [
    llama, qwen2, qwen3, gemma, gemma2, gemma3, gpt2, gptNeoX,
    phi2, phi3, starcoder2, stableLM, granite, smolLM3, seedOSS, ernie45, olmo2,
    exaone4, cohere, cohere2, glm4, bloom, arcee, olmo, falcon, falconTwoNorms, mpt,
    mixtral, qwen2MoE, qwen3MoE, olmoe, gptOss, deepSeek2, deepSeek3, bert,
  ]

  /// The names of all, each once.
  static var names: [String] { distinct(all.map(\.name)) }

  /// The `model_type`s of models that are written, each once.
  static var writtenTypes: [String] {
    distinct(all.filter(\.isWritten).flatMap { [$0.modelType] + $0.otherModelTypes })
  }

  private static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  /// The architecture of a file, by its `general.architecture` and its tensors.
  static func named(_ name: String, tensors: [String]) -> GGUFArchitecture? {
    let candidates = all.filter { $0.name == name }
    guard candidates.contains(where: { $0.marker != nil }) else { return candidates.first }
    let patterns = Set(tensors.map { GGUFModule.numbered($0).pattern })
    return candidates.first { $0.marker.map(patterns.contains) ?? false }
      ?? candidates.first { $0.marker == nil }
  }

  /// The architecture under which models of a `model_type` with these tensors are written.
  static func of(modelType: String, tensors: [String]) -> GGUFArchitecture? {
    let candidates = all.filter {
      $0.modelType == modelType || $0.otherModelTypes.contains(modelType)
    }
    return candidates.first { one in tensors.allSatisfy { one.fileName(of: $0) != nil } }
      ?? candidates.first
  }

  static let llama = GGUFArchitecture(
    name: "llama", modelType: "llama", otherModelTypes: ["mistral"], modules: llamaModules,
    settings: llamaSettings, presences: llamaBiases, interleavesPairs: true,
    isWritten: true)

  static let qwen2 = GGUFArchitecture(
    name: "qwen2", modelType: "qwen2", modules: llamaModules, settings: llamaSettings,
    isWritten: true)

  static let qwen3 = GGUFArchitecture(
    name: "qwen3", modelType: "qwen3", modules: llamaModules + queryKeyNorms,
    settings: llamaSettings, presences: [("attention_bias", "blk.0.attn_q.bias")],
    isWritten: true)

  static let gemma = GGUFArchitecture(
    name: "gemma", modelType: "gemma", modules: llamaModules, settings: llamaSettings,
    normsIncludeOne: true, isWritten: true, activation: .geluTanh, isAlwaysTied: true)

  static let gemma2 = GGUFArchitecture(
    name: "gemma2", modelType: "gemma2", modules: gemmaModules,
    settings: llamaSettings + [
      GGUFSetting("sliding_window", "attention.sliding_window"),
      GGUFSetting("attn_logit_softcapping", "attn_logit_softcapping", .number),
      GGUFSetting("final_logit_softcapping", "final_logit_softcapping", .number),
    ],
    widestLayerCount: 46, normsIncludeOne: true, isWritten: true, activation: .geluTanh,
    isAlwaysTied: true,
    windowPeriod: 2)

  static let gemma3 = GGUFArchitecture(
    name: "gemma3", modelType: "gemma3_text", modules: gemmaModules + queryKeyNorms,
    settings: llamaSettings + [
      GGUFSetting("sliding_window", "attention.sliding_window"),
      GGUFSetting("rope_local_base_freq", "rope.freq_base_swa", .number, isOptional: true),
      GGUFSetting(
        "final_logit_softcapping", "final_logit_softcapping", .number, isOptional: true),
      GGUFSetting(
        "sliding_window_pattern", "attention.sliding_window_pattern", isOptional: true),
    ],
    widestLayerCount: 62, normsIncludeOne: true, isWritten: true, activation: .geluTanh,
    windowPeriod: 6)

  static let gpt2 = GGUFArchitecture(
    name: "gpt2", modelType: "gpt2",
    modules: [
      GGUFModule("transformer.wte", "token_embd"), GGUFModule("transformer.wpe", "position_embd"),
      GGUFModule("transformer.ln_f", "output_norm"), GGUFModule("lm_head", "output"),
      GGUFModule("transformer.h.#.ln_1", "blk.#.attn_norm"),
      GGUFModule("transformer.h.#.attn.c_attn", "blk.#.attn_qkv"),
      GGUFModule("transformer.h.#.attn.c_proj", "blk.#.attn_output"),
      GGUFModule("transformer.h.#.ln_2", "blk.#.ffn_norm"),
      GGUFModule("transformer.h.#.mlp.c_fc", "blk.#.ffn_up"),
      GGUFModule("transformer.h.#.mlp.c_proj", "blk.#.ffn_down"),
    ],
    settings: [
      GGUFSetting("n_positions", "context_length"), GGUFSetting("n_embd", "embedding_length"),
      GGUFSetting("n_layer", "block_count"), GGUFSetting("n_inner", "feed_forward_length"),
      GGUFSetting("n_head", "attention.head_count"),
      GGUFSetting("layer_norm_epsilon", "attention.layer_norm_epsilon", .number),
    ],
    isRotary: false, isWritten: true, activation: .geluTanh)

  static let gptNeoX = GGUFArchitecture(
    name: "gptneox", modelType: "gpt_neox",
    modules: [
      GGUFModule("gpt_neox.embed_in", "token_embd"),
      GGUFModule("gpt_neox.final_layer_norm", "output_norm"), GGUFModule("embed_out", "output"),
      GGUFModule("gpt_neox.layers.#.input_layernorm", "blk.#.attn_norm"),
      GGUFModule("gpt_neox.layers.#.attention.query_key_value", "blk.#.attn_qkv"),
      GGUFModule("gpt_neox.layers.#.attention.dense", "blk.#.attn_output"),
      GGUFModule("gpt_neox.layers.#.post_attention_layernorm", "blk.#.ffn_norm"),
      GGUFModule("gpt_neox.layers.#.mlp.dense_h_to_4h", "blk.#.ffn_up"),
      GGUFModule("gpt_neox.layers.#.mlp.dense_4h_to_h", "blk.#.ffn_down"),
    ],
    settings: [
      GGUFSetting("max_position_embeddings", "context_length"),
      GGUFSetting("hidden_size", "embedding_length"),
      GGUFSetting("num_hidden_layers", "block_count"),
      GGUFSetting("intermediate_size", "feed_forward_length"),
      GGUFSetting("num_attention_heads", "attention.head_count"),
      GGUFSetting("layer_norm_eps", "attention.layer_norm_epsilon", .number),
      GGUFSetting("use_parallel_residual", "use_parallel_residual", .flag, isOptional: true),
      GGUFSetting("rotary_emb_base", "rope.freq_base", .number, isOptional: true),
    ],
    presences: [("attention_bias", "blk.0.attn_qkv.bias")], rotaryShareKey: "rotary_pct",
    groupsHeads: true, isWritten: true, activation: .gelu, needsHead: true)
}

// MARK: What several share

extension GGUFArchitecture {
  /// The modules of llama's kind.
  static let llamaModules =
    coreModules + [
      GGUFModule("model.layers.#.post_attention_layernorm", "blk.#.ffn_norm")
    ]

  /// The same where attention and feed-forward have a norm after them too.
  static let gemmaModules =
    coreModules + [
      GGUFModule("model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm"),
      GGUFModule("model.layers.#.pre_feedforward_layernorm", "blk.#.ffn_norm"),
      GGUFModule("model.layers.#.post_feedforward_layernorm", "blk.#.post_ffw_norm"),
    ]

  static let coreModules = [
    GGUFModule("model.embed_tokens", "token_embd"), GGUFModule("model.norm", "output_norm"),
    GGUFModule("lm_head", "output"),
    GGUFModule("model.layers.#.input_layernorm", "blk.#.attn_norm"),
    GGUFModule("model.layers.#.self_attn.q_proj", "blk.#.attn_q"),
    GGUFModule("model.layers.#.self_attn.k_proj", "blk.#.attn_k"),
    GGUFModule("model.layers.#.self_attn.v_proj", "blk.#.attn_v"),
    GGUFModule("model.layers.#.self_attn.o_proj", "blk.#.attn_output"),
    GGUFModule("model.layers.#.mlp.gate_proj", "blk.#.ffn_gate"),
    GGUFModule("model.layers.#.mlp.up_proj", "blk.#.ffn_up"),
    GGUFModule("model.layers.#.mlp.down_proj", "blk.#.ffn_down"),
  ]

  static let queryKeyNorms = [
    GGUFModule("model.layers.#.self_attn.q_norm", "blk.#.attn_q_norm"),
    GGUFModule("model.layers.#.self_attn.k_norm", "blk.#.attn_k_norm"),
  ]

  /// The settings of llama's kind.
  static let llamaSettings = [
    GGUFSetting("max_position_embeddings", "context_length"),
    GGUFSetting("hidden_size", "embedding_length"),
    GGUFSetting("num_hidden_layers", "block_count"),
    GGUFSetting("intermediate_size", "feed_forward_length"),
    GGUFSetting("num_attention_heads", "attention.head_count"),
    GGUFSetting("num_key_value_heads", "attention.head_count_kv", isOptional: true),
    GGUFSetting("head_dim", "attention.key_length", isOptional: true),
    GGUFSetting("rms_norm_eps", "attention.layer_norm_rms_epsilon", .number),
    GGUFSetting("rope_theta", "rope.freq_base", .number, isOptional: true),
  ]

  /// What llama's config.json says of biases.
  static let llamaBiases = [
    (key: "attention_bias", tensor: "blk.0.attn_q.bias"),
    (key: "mlp_bias", tensor: "blk.0.ffn_up.bias"),
  ]
}
