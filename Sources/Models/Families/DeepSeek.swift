import Autograd
import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Keys and values by way of a narrow state, experts in all but the first layers, and one that every
  /// token goes through.
  ///
  /// Source: DeepSeek-AI 2024, arXiv:2405.04434, section 2.
  static let deepSeek2 = ofDeepSeekKind(
    "deepseek_v2", architecture: "DeepseekV2ForCausalLM",
    defaults: [
      "vocab_size": 102_400, "hidden_size": 4096, "intermediate_size": 11_008,
      "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 2048,
      "n_shared_experts": 2, "moe_intermediate_size": 1407, "first_k_dense_replace": 0,
      "routed_scaling_factor": 1, "topk_method": "greedy",
    ], endOfSequenceID: 2
  ) { (plan, file) throws(CheckpointError) in
    plan.mlpBias = try file.bool("mlp_bias", default: false)
    // Their own code divides by the sum, and transformers does not.
    try file.refuse("norm_topk_prob", unless: false)
    try file.refuse("scoring_func", unless: "softmax")
    let method = try file.required(file.string("topk_method"), "topk_method")
    guard ["greedy", "group_limited_greedy"].contains(method) else {
      throw file.wrong("topk_method", "\"greedy\" or \"group_limited_greedy\"")
    }
    let count = try file.routedExpertCount(default: 64, plan)
    try plan.setMixture(
      file,
      RoutingRule(
        expertCount: count, chosenCount: try file.chosenExpertCount(of: count), scores: .softmax,
        scale: try file.factor("routed_scaling_factor"),
        groups: method == "greedy" ? nil : try file.expertGroups(of: count, scoredCount: 1)))
  }

  /// Scores of each expert by itself, with a correction for the choice.
  ///
  /// Source: DeepSeek-AI 2024, arXiv:2412.19437, section 2.1.
  static let deepSeek3 = ofDeepSeekKind(
    "deepseek_v3", architecture: "DeepseekV3ForCausalLM",
    defaults: [
      "vocab_size": 129_280, "hidden_size": 7168, "intermediate_size": 18_432,
      "num_hidden_layers": 61, "num_attention_heads": 128, "max_position_embeddings": 4096,
      "n_shared_experts": 1, "moe_intermediate_size": 2048, "first_k_dense_replace": 3,
      "num_experts_per_tok": 8, "routed_scaling_factor": 2.5, "norm_topk_prob": true,
      "n_group": 8, "topk_group": 4,
    ], endOfSequenceID: 1
  ) { (plan, file) throws(CheckpointError) in
    plan.isInterleaved = try file.bool("rope_interleave", default: true)
    try file.refuse("scoring_func", unless: "sigmoid")
    try file.refuse("topk_method", unless: "noaux_tc")
    let count = try file.routedExpertCount(default: 256, plan)
    try plan.setMixture(
      file,
      RoutingRule(
        expertCount: count, chosenCount: try file.chosenExpertCount(of: count), scores: .sigmoid,
        isNormalized: try file.bool("norm_topk_prob", default: true),
        scale: try file.factor("routed_scaling_factor"),
        groups: try file.expertGroups(of: count, scoredCount: 2)))
    plan.mixture?.hasCorrection = true
  }

  private static func ofDeepSeekKind(
    _ modelType: String, architecture: String, defaults: JSONObject, endOfSequenceID: Int,
    set: @escaping @Sendable (inout DeepSeekPlan, ConfigReader) throws(CheckpointError) -> Void
  ) -> ModelFamily {
    let shared: JSONObject = [
      "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 10_000, ModelConfig.tieKey: false,
      "kv_lora_rank": 512, "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
      "v_head_dim": 128,
    ]
    return ModelFamily(
      modelType: modelType, architecture: architecture, defaults: shared.overlaid(by: defaults),
      nullableKeys: ["q_lora_rank"],
      readKeys: expertKeys.union([
        "n_routed_experts", "n_shared_experts", "kv_lora_rank", "q_lora_rank", "rope_interleave",
      ]), endOfSequenceID: endOfSequenceID, prefix: "model."
    ) { (file) throws(CheckpointError) in
      var plan = try DeepSeekPlan(file, modelType)
      try set(&plan, file)
      return Description(blueprint: plan.blueprint, members: plan.members)
    }
  }
}

// MARK: Reading

extension DeepSeekPlan {
  fileprivate mutating func setMixture(
    _ file: ConfigReader, _ rule: RoutingRule
  ) throws(CheckpointError) {
    let width = try file.expertWidth("moe_intermediate_size", expertCount: rule.expertCount)
    // Other values would leave layers between without experts; transformers reads none.
    try file.refuse("moe_layer_freq", unless: 1)
    let dense = try file.size("first_k_dense_replace", 0...1024)
    let sharedCount = try file.size("n_shared_experts", 1...64)
    mixture = MixturePlan(
      rule: rule, innerWidth: width, isSparse: (0..<layerCount).map { $0 >= dense },
      countKey: "n_routed_experts",
      shared: .init(
        name: "shared_experts", innerWidth: width * sharedCount, hasBias: mlpBias))
  }
}

extension ConfigReader {
  /// Refuses a key that transformers does not read, where it says something else than `expected`.
  fileprivate func refuse(_ key: String, unless expected: JSONValue) throws(CheckpointError) {
    guard let stated = value(key), stated != expected else { return }
    throw .unsupported(
      path: path, key: key, value: shown(stated.text),
      reason: "this family has \(expected.text), whatever the file says")
  }

  fileprivate func routedExpertCount(
    default byDefault: Int, _ plan: DeepSeekPlan
  ) throws(CheckpointError) -> Int {
    let own = try int("n_routed_experts", in: 1...4096)
    return try expertCount(default: own ?? byDefault, layerCount: plan.layerCount)
  }

  /// The groups of experts of which the best are looked into.
  fileprivate func expertGroups(
    of count: Int, scoredCount: Int
  ) throws(CheckpointError) -> RoutingRule.Groups {
    let groups = try size("n_group", 1...count)
    guard count % groups == 0, count / groups >= scoredCount else {
      throw wrong("n_group", "a divisor of the number of experts, \(count)")
    }
    let chosen = try size("topk_group", 1...groups)
    guard try chosenExpertCount(of: count) <= chosen * (count / groups) else {
      throw wrong("topk_group", "groups that hold as many experts as a token goes to")
    }
    return RoutingRule.Groups(count: groups, chosenCount: chosen, scoredCount: scoredCount)
  }
}
