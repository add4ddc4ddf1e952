import Serialization
import Tensors

/// The architectures with experts, a declaration each.
extension GGUFArchitecture {
  /// Llama's files with experts.
  static let mixtral = GGUFArchitecture(
    name: "llama", modelType: "mixtral", marker: "blk.#.ffn_gate_inp.weight",
    modules: endModules() + llamaNorms + attention() + [
      GGUFModule("model.layers.#.block_sparse_moe.gate", "blk.#.ffn_gate_inp")
    ] + experts("block_sparse_moe", gate: "w1", up: "w3", down: "w2") + [
      // The first files had a tensor for each expert.
      GGUFModule("model.layers.#.block_sparse_moe.experts.*.w1", "blk.#.ffn_gate.*"),
      GGUFModule("model.layers.#.block_sparse_moe.experts.*.w3", "blk.#.ffn_up.*"),
      GGUFModule("model.layers.#.block_sparse_moe.experts.*.w2", "blk.#.ffn_down.*"),
    ],
    settings: llamaSettings + expertCounts("num_local_experts"), interleavesPairs: true,
    isWritten: true)

  static let qwen2MoE = GGUFArchitecture(
    name: "qwen2moe", modelType: "qwen2_moe",
    modules: mixtureModules + sharedExpert("shared_expert") + [
      GGUFModule("model.layers.#.mlp.shared_expert_gate", "blk.#.ffn_gate_inp_shexp")
    ],
    settings: llamaSettings + expertCounts("num_experts") + [
      GGUFSetting("moe_intermediate_size", "expert_feed_forward_length", isOptional: true),
      GGUFSetting("shared_expert_intermediate_size", "expert_shared_feed_forward_length"),
    ],
    presences: [("qkv_bias", "blk.0.attn_q.bias")], constants: ["norm_topk_prob": false],
    expertWidthKey: "moe_intermediate_size", isWritten: true)

  static let qwen3MoE = GGUFArchitecture(
    name: "qwen3moe", modelType: "qwen3_moe", modules: mixtureModules + queryKeyNorms,
    settings: llamaSettings + expertCounts("num_experts") + [
      GGUFSetting("moe_intermediate_size", "expert_feed_forward_length", isOptional: true)
    ],
    presences: [("attention_bias", "blk.0.attn_q.bias")], constants: ["norm_topk_prob": true],
    expertWidthKey: "moe_intermediate_size", isWritten: true)

  static let olmoe = GGUFArchitecture(
    name: "olmoe", modelType: "olmoe", modules: mixtureModules + queryKeyNorms,
    settings: llamaSettings + expertCounts("num_experts"),
    presences: [("attention_bias", "blk.0.attn_q.bias")], constants: ["norm_topk_prob": false],
    isWritten: true)

  static let gptOss = GGUFArchitecture(
    name: "gpt-oss", modelType: "gpt_oss",
    modules: endModules() + attention() + [
      GGUFModule("model.layers.#.input_layernorm", "blk.#.attn_norm"),
      GGUFModule("model.layers.#.post_attention_layernorm", "blk.#.post_attention_norm"),
      GGUFModule("model.layers.#.mlp.router", "blk.#.ffn_gate_inp"),
      GGUFModule(
        "model.layers.#.mlp.experts.*.gate_up_proj", .turns, of: "blk.#.ffn_gate_exps",
        and: "blk.#.ffn_up_exps"),
      GGUFModule("model.layers.#.mlp.experts.*.down_proj", "blk.#.ffn_down_exps"),
    ],
    tensors: [("model.layers.#.self_attn.sinks", "blk.#.attn_sinks.weight")],
    settings: llamaSettings.filter { $0.key != "intermediate_size" }
      + expertCounts("num_local_experts") + [
        GGUFSetting("intermediate_size", "expert_feed_forward_length", isOptional: true),
        GGUFSetting("sliding_window", "attention.sliding_window"),
      ],
    presences: [("attention_bias", "blk.0.attn_q.bias")], expertScoring: 4,
    ropeConstants: ["truncate": false], expertWidthKey: "intermediate_size")

  /// DeepSeek's third version, whose routers have a number an expert to choose by.
  static let deepSeek3 = GGUFArchitecture(
    name: "deepseek2", modelType: "deepseek_v3", marker: "blk.#.exp_probs_b.bias",
    modules: latentModules,
    tensors: [("model.layers.#.mlp.gate.e_score_correction_bias", "blk.#.exp_probs_b.bias")],
    settings: latentSettings + [
      GGUFSetting("norm_topk_prob", "expert_weights_norm", .flag, isOptional: true),
      GGUFSetting("n_group", "expert_group_count", isOptional: true),
      GGUFSetting("topk_group", "expert_group_used_count", isOptional: true),
    ],
    presences: [("attention_bias", "blk.0.attn_kv_a_mqa.bias")],
    constants: ["n_group": 1, "topk_group": 1], hasLatentAttention: true, expertScoring: 2)

  static let deepSeek2 = GGUFArchitecture(
    name: "deepseek2", modelType: "deepseek_v2", modules: latentModules,
    settings: latentSettings + [
      GGUFSetting("norm_topk_prob", "expert_weights_norm", .flag, isOptional: true),
      GGUFSetting("n_group", "expert_group_count", isOptional: true),
      GGUFSetting("topk_group", "expert_group_used_count", isOptional: true),
    ],
    presences: [("attention_bias", "blk.0.attn_kv_a_mqa.bias")], hasLatentAttention: true)

  // MARK: What several share

  private static func expertCounts(_ key: String) -> [GGUFSetting] {
    [
      GGUFSetting(key, "expert_count"), GGUFSetting("num_experts_per_tok", "expert_used_count"),
    ]
  }

  private static func experts(
    _ block: String, gate: String = "gate_proj", up: String = "up_proj", down: String = "down_proj"
  ) -> [GGUFModule] {
    [(gate, "gate"), (up, "up"), (down, "down")].map {
      GGUFModule("model.layers.#.\(block).experts.*.\($0)", "blk.#.ffn_\($1)_exps")
    }
  }

  private static func sharedExpert(_ name: String) -> [GGUFModule] {
    ["gate", "up", "down"].map {
      GGUFModule("model.layers.#.mlp.\(name).\($0)_proj", "blk.#.ffn_\($0)_shexp")
    }
  }

  /// Llama's modules, with experts in some layers or all.
  private static let mixtureModules =
    llamaModules + [GGUFModule("model.layers.#.mlp.gate", "blk.#.ffn_gate_inp")] + experts("mlp")

  /// Where keys and values come by way of a narrow state; newer files have the layer from the state in
  /// two, of which that for keys is turned.
  private static let latentModules =
    mixtureModules + sharedExpert("shared_experts")
    + ["q_a_proj", "q_b_proj"].map {
      GGUFModule("model.layers.#.self_attn.\($0)", "blk.#.attn_\($0.dropLast(5))")
    } + [
      GGUFModule("model.layers.#.self_attn.q_a_layernorm", "blk.#.attn_q_a_norm"),
      GGUFModule("model.layers.#.self_attn.kv_a_layernorm", "blk.#.attn_kv_a_norm"),
      GGUFModule("model.layers.#.self_attn.kv_a_proj_with_mqa", "blk.#.attn_kv_a_mqa"),
      GGUFModule("model.layers.#.self_attn.kv_b_proj", "blk.#.attn_kv_b"),
      GGUFModule(
        "model.layers.#.self_attn.kv_b_proj", .heads, of: "blk.#.attn_k_b", and: "blk.#.attn_v_b"),
    ]

  private static let latentSettings =
    llamaSettings.filter { !["num_key_value_heads", "head_dim"].contains($0.key) }
    + expertCounts("n_routed_experts") + [
      GGUFSetting("n_shared_experts", "expert_shared_count"),
      GGUFSetting("first_k_dense_replace", "leading_dense_block_count"),
      GGUFSetting("moe_intermediate_size", "expert_feed_forward_length"),
      GGUFSetting("routed_scaling_factor", "expert_weights_scale", .number),
      GGUFSetting("kv_lora_rank", "attention.kv_lora_rank"),
      GGUFSetting("q_lora_rank", "attention.q_lora_rank", isOptional: true),
      GGUFSetting("qk_rope_head_dim", "rope.dimension_count"),
    ]
}
