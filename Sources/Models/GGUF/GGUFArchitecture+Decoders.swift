import Tensors

/// The architectures of further decoders, a declaration each.
extension GGUFArchitecture {
  static let phi2 = GGUFArchitecture(
    name: "phi2", modelType: "phi",
    modules: endModules(norm: "model.final_layernorm") + attention(output: "dense") + [
      GGUFModule("model.layers.#.input_layernorm", "blk.#.attn_norm"),
      GGUFModule("model.layers.#.mlp.fc1", "blk.#.ffn_up"),
      GGUFModule("model.layers.#.mlp.fc2", "blk.#.ffn_down"),
    ],
    settings: layerNormSettings("layer_norm_eps"), rotaryShareKey: "partial_rotary_factor")

  static let phi3 = GGUFArchitecture(
    name: "phi3", modelType: "phi3",
    modules: endModules() + llamaNorms + [
      GGUFModule("model.layers.#.self_attn.qkv_proj", "blk.#.attn_qkv"),
      GGUFModule("model.layers.#.self_attn.o_proj", "blk.#.attn_output"),
      GGUFModule("model.layers.#.mlp.gate_up_proj", "blk.#.ffn_up"),
      GGUFModule("model.layers.#.mlp.down_proj", "blk.#.ffn_down"),
    ],
    settings: llamaSettings + [window], rotaryShareKey: "partial_rotary_factor")

  static let starcoder2 = GGUFArchitecture(
    name: "starcoder2", modelType: "starcoder2",
    modules: endModules() + llamaNorms + attention() + [
      GGUFModule("model.layers.#.mlp.c_fc", "blk.#.ffn_up"),
      GGUFModule("model.layers.#.mlp.c_proj", "blk.#.ffn_down"),
    ],
    settings: layerNormSettings("norm_epsilon") + [window],
    presences: [("use_bias", "blk.0.attn_q.bias")])

  static let stableLM = GGUFArchitecture(
    name: "stablelm", modelType: "stablelm", modules: llamaModules,
    settings: layerNormSettings("layer_norm_eps") + [
      GGUFSetting("use_parallel_residual", "use_parallel_residual", .flag, isOptional: true)
    ],
    presences: [("use_qkv_bias", "blk.0.attn_q.bias")], rotaryShareKey: "partial_rotary_factor")

  static let granite = GGUFArchitecture(
    name: "granite", modelType: "granite", modules: llamaModules,
    settings: llamaSettings + [
      GGUFSetting("embedding_multiplier", "embedding_scale", .number, isOptional: true),
      GGUFSetting("residual_multiplier", "residual_scale", .number, isOptional: true),
      GGUFSetting("attention_multiplier", "attention.scale", .number, isOptional: true),
      GGUFSetting("logits_scaling", "logit_scale", .number, isOptional: true),
    ],
    presences: llamaBiases, interleavesPairs: true)

  static let smolLM3 = GGUFArchitecture(
    name: "smollm3", modelType: "smollm3", modules: llamaModules, settings: llamaSettings,
    presences: llamaBiases, interleavesPairs: true)

  static let arcee = GGUFArchitecture(
    name: "arcee", modelType: "arcee",
    modules: llamaModules, settings: llamaSettings, presences: llamaBiases, interleavesPairs: true,
    isWritten: true, activation: .reluSquared, takesBiases: false)

  static let seedOSS = GGUFArchitecture(
    name: "seed_oss", modelType: "seed_oss",
    modules: coreModules + [
      GGUFModule("model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm")
    ],
    settings: llamaSettings,
    presences: [
      ("attention_bias", "blk.0.attn_q.bias"), ("attention_out_bias", "blk.0.attn_output.bias"),
      ("mlp_bias", "blk.0.ffn_up.bias"),
    ])

  static let ernie45 = GGUFArchitecture(
    name: "ernie4_5", modelType: "ernie4_5", modules: llamaModules, settings: llamaSettings,
    presences: [("use_bias", "blk.0.attn_q.bias")])

  static let olmo = GGUFArchitecture(
    name: "olmo", modelType: "olmo", modules: llamaModules,
    settings: layerNormSettings("layer_norm_eps"),
    presences: [("attention_bias", "blk.0.attn_q.bias")], interleavesPairs: true,
    isWritten: true, takesBiases: false)

  static let olmo2 = GGUFArchitecture(
    name: "olmo2", modelType: "olmo2", modules: resultNormModules, settings: llamaSettings,
    presences: [("attention_bias", "blk.0.attn_q.bias")])

  static let exaone4 = GGUFArchitecture(
    name: "exaone4", modelType: "exaone4", modules: resultNormModules,
    settings: llamaSettings + [window, windowedLayers])

  static let cohere = GGUFArchitecture(
    name: "command-r", modelType: "cohere", modules: llamaModules,
    settings: layerNormSettings("layer_norm_eps") + [logitScale],
    presences: [("attention_bias", "blk.0.attn_q.bias")])

  static let cohere2 = GGUFArchitecture(
    name: "cohere2", modelType: "cohere2", modules: llamaModules,
    settings: layerNormSettings("layer_norm_eps") + [logitScale, window],
    presences: [("attention_bias", "blk.0.attn_q.bias")])

  static let glm4 = GGUFArchitecture(
    name: "glm4", modelType: "glm4",
    modules: endModules() + llamaNorms + attention() + [
      GGUFModule("model.layers.#.post_self_attn_layernorm", "blk.#.post_attention_norm"),
      GGUFModule("model.layers.#.mlp.gate_up_proj", "blk.#.ffn_up"),
      GGUFModule("model.layers.#.mlp.down_proj", "blk.#.ffn_down"),
      GGUFModule("model.layers.#.post_mlp_layernorm", "blk.#.post_ffw_norm"),
    ],
    settings: llamaSettings, presences: [("attention_bias", "blk.0.attn_q.bias")],
    rotaryShareKey: "partial_rotary_factor")

  static let bloom = GGUFArchitecture(
    name: "bloom", modelType: "bloom",
    modules: [
      GGUFModule("transformer.word_embeddings", "token_embd"),
      GGUFModule("transformer.word_embeddings_layernorm", "token_embd_norm"),
      GGUFModule("transformer.ln_f", "output_norm"), GGUFModule("lm_head", "output"),
      GGUFModule("transformer.h.#.input_layernorm", "blk.#.attn_norm"),
      GGUFModule("transformer.h.#.self_attention.query_key_value", "blk.#.attn_qkv"),
      GGUFModule("transformer.h.#.self_attention.dense", "blk.#.attn_output"),
      GGUFModule("transformer.h.#.post_attention_layernorm", "blk.#.ffn_norm"),
      GGUFModule("transformer.h.#.mlp.dense_h_to_4h", "blk.#.ffn_up"),
      GGUFModule("transformer.h.#.mlp.dense_4h_to_h", "blk.#.ffn_down"),
    ],
    settings: [
      GGUFSetting("seq_length", "context_length", isOptional: true),
      GGUFSetting("hidden_size", "embedding_length"), GGUFSetting("n_layer", "block_count"),
      GGUFSetting("n_head", "attention.head_count"),
      GGUFSetting("layer_norm_epsilon", "attention.layer_norm_epsilon", .number),
    ],
    isRotary: false, groupsHeads: true)

  // MARK: What several share

  private static let window = GGUFSetting(
    "sliding_window", "attention.sliding_window", isOptional: true)
  private static let windowedLayers = GGUFSetting(
    "layer_types", "attention.sliding_window_pattern", .windowedLayers, isOptional: true)
  private static let logitScale = GGUFSetting("logit_scale", "logit_scale", .number)

  /// The first and the last modules of llama's kind.
  static func endModules(norm: String = "model.norm") -> [GGUFModule] {
    [
      GGUFModule("model.embed_tokens", "token_embd"), GGUFModule(norm, "output_norm"),
      GGUFModule("lm_head", "output"),
    ]
  }

  static let llamaNorms = [
    GGUFModule("model.layers.#.input_layernorm", "blk.#.attn_norm"),
    GGUFModule("model.layers.#.post_attention_layernorm", "blk.#.ffn_norm"),
  ]

  static func attention(output: String = "o_proj") -> [GGUFModule] {
    [("q_proj", "attn_q"), ("k_proj", "attn_k"), ("v_proj", "attn_v"), (output, "attn_output")]
      .map { GGUFModule("model.layers.#.self_attn.\($0)", "blk.#.\($1)") }
  }

  /// Where norms stand after attention and feed-forward alone.
  private static let resultNormModules =
    coreModules + queryKeyNorms + [
      GGUFModule("model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm"),
      GGUFModule("model.layers.#.post_feedforward_layernorm", "blk.#.post_ffw_norm"),
    ]

  /// The settings of llama's kind where norms take mean and variance.
  private static func layerNormSettings(_ epsilon: String) -> [GGUFSetting] {
    llamaSettings.filter { $0.key != "rms_norm_eps" }
      + [GGUFSetting(epsilon, "attention.layer_norm_epsilon", .number, isOptional: true)]
  }
}
