import Serialization
import Tensors

/// The architectures of GPT's kind with few heads of keys or without positions, and of encoders.
extension GGUFArchitecture {
  /// Attention and feed-forward side by side, with a norm each.
  static let falconTwoNorms = falcon(
    marker: "blk.#.attn_norm_2.weight", normCount: 2,
    norms: [
      GGUFModule("transformer.h.#.ln_attn", "blk.#.attn_norm_2"),
      GGUFModule("transformer.h.#.ln_mlp", "blk.#.attn_norm"),
    ])

  /// The same after one norm for both.
  static let falcon = falcon(
    normCount: 1, norms: [GGUFModule("transformer.h.#.input_layernorm", "blk.#.attn_norm")])

  /// One head of keys in the old form is one group in the new one.
  private static func falcon(
    marker: String? = nil, normCount: Int, norms: [GGUFModule]
  ) -> GGUFArchitecture {
    GGUFArchitecture(
      name: "falcon", modelType: "falcon", marker: marker,
      modules: norms + [
        GGUFModule("transformer.word_embeddings", "token_embd"),
        GGUFModule("transformer.ln_f", "output_norm"), GGUFModule("lm_head", "output"),
        GGUFModule("transformer.h.#.self_attention.query_key_value", "blk.#.attn_qkv"),
        GGUFModule("transformer.h.#.self_attention.dense", "blk.#.attn_output"),
        GGUFModule("transformer.h.#.mlp.dense_h_to_4h", "blk.#.ffn_up"),
        GGUFModule("transformer.h.#.mlp.dense_4h_to_h", "blk.#.ffn_down"),
      ],
      settings: [
        GGUFSetting("max_position_embeddings", "context_length"),
        GGUFSetting("hidden_size", "embedding_length"),
        GGUFSetting("num_hidden_layers", "block_count"),
        GGUFSetting("ffn_hidden_size", "feed_forward_length"),
        GGUFSetting("num_attention_heads", "attention.head_count"),
        GGUFSetting("num_kv_heads", "attention.head_count_kv", isOptional: true),
        GGUFSetting("layer_norm_epsilon", "attention.layer_norm_epsilon", .number),
        GGUFSetting("rope_theta", "rope.freq_base", .number, isOptional: true),
      ],
      presences: [("bias", "blk.0.attn_qkv.bias")],
      constants: [
        "new_decoder_architecture": true, "num_ln_in_parallel_attn": .integer(normCount),
        "parallel_attn": true, "alibi": false,
      ],
      groupsHeads: true, isWritten: true, activation: .gelu, takesBiases: false)
  }

  static let mpt = GGUFArchitecture(
    name: "mpt", modelType: "mpt",
    modules: [
      GGUFModule("transformer.wte", "token_embd"), GGUFModule("transformer.norm_f", "output_norm"),
      GGUFModule("lm_head", "output"),
      GGUFModule("transformer.blocks.#.norm_1", "blk.#.attn_norm"),
      GGUFModule("transformer.blocks.#.attn.Wqkv", "blk.#.attn_qkv"),
      GGUFModule("transformer.blocks.#.attn.out_proj", "blk.#.attn_output"),
      GGUFModule("transformer.blocks.#.norm_2", "blk.#.ffn_norm"),
      GGUFModule("transformer.blocks.#.ffn.up_proj", "blk.#.ffn_up"),
      GGUFModule("transformer.blocks.#.ffn.down_proj", "blk.#.ffn_down"),
    ],
    settings: [
      GGUFSetting("max_seq_len", "context_length"), GGUFSetting("d_model", "embedding_length"),
      GGUFSetting("n_layers", "block_count"), GGUFSetting("n_heads", "attention.head_count"),
      GGUFSetting("layer_norm_epsilon", "attention.layer_norm_epsilon", .number),
      GGUFSetting("attn_config.alibi_bias_max", "attention.max_alibi_bias", .number),
    ],
    isRotary: false, isWritten: true, activation: .gelu)

  /// BERT, and RoBERTa and its kin, whose rows of positions before the first one are left out.
  static let bert = GGUFArchitecture(
    name: "bert", modelType: "bert",
    modules: [
      GGUFModule("embeddings.word_embeddings", "token_embd"),
      GGUFModule("embeddings.position_embeddings", "position_embd"),
      GGUFModule("embeddings.token_type_embeddings", "token_types"),
      GGUFModule("embeddings.LayerNorm", "token_embd_norm"),
      GGUFModule("encoder.layer.#.attention.self.query", "blk.#.attn_q"),
      GGUFModule("encoder.layer.#.attention.self.key", "blk.#.attn_k"),
      GGUFModule("encoder.layer.#.attention.self.value", "blk.#.attn_v"),
      GGUFModule("encoder.layer.#.attention.output.dense", "blk.#.attn_output"),
      GGUFModule("encoder.layer.#.attention.output.LayerNorm", "blk.#.attn_output_norm"),
      GGUFModule("encoder.layer.#.intermediate.dense", "blk.#.ffn_up"),
      GGUFModule("encoder.layer.#.output.dense", "blk.#.ffn_down"),
      GGUFModule("encoder.layer.#.output.LayerNorm", "blk.#.layer_output_norm"),
    ],
    settings: [
      GGUFSetting("max_position_embeddings", "context_length"),
      GGUFSetting("hidden_size", "embedding_length"),
      GGUFSetting("num_hidden_layers", "block_count"),
      GGUFSetting("intermediate_size", "feed_forward_length"),
      GGUFSetting("num_attention_heads", "attention.head_count"),
      GGUFSetting("layer_norm_eps", "attention.layer_norm_epsilon", .number),
    ],
    constants: ["hidden_act": "gelu"], isEncoder: true, isRotary: false, activation: .gelu)
}
