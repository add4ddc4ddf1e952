import Autograd
import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Experts with biases and a clamped gate, a window in every other layer, and a learned sink a head.
  ///
  /// Source: OpenAI 2025, arXiv:2508.10925, section 2.
  static let gptOss = ofLlamaKind(
    "gpt_oss", architecture: "GptOssForCausalLM",
    defaults: [
      "vocab_size": 201_088, "hidden_size": 2880, "intermediate_size": 2880,
      "num_hidden_layers": 36, "num_attention_heads": 64, "num_key_value_heads": 8,
      "head_dim": 64, "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5,
      "sliding_window": 128, "num_experts_per_tok": 4, "rope_theta": 150_000,
      "attention_bias": true, "swiglu_alpha": 1.702, "swiglu_limit": 7,
      "rope_parameters": [
        "rope_type": "yarn", "factor": 32, "beta_fast": 32, "beta_slow": 1, "truncate": false,
        "original_max_position_embeddings": 4096,
      ],
    ], readKeys: expertKeys
  ) { (plan, file) throws(CheckpointError) in
    plan.attentionBias = try file.bool("attention_bias", default: true)
    plan.attentionOutputBias = plan.attentionBias
    plan.hasSinks = true
    try plan.setWindows(file) { $0 % 2 == 0 }
    let count = try file.expertCount(default: 128, layerCount: plan.layerCount)
    plan.mixture = MixturePlan(
      rule: RoutingRule(
        expertCount: count, chosenCount: try file.chosenExpertCount(of: count),
        scores: .softmaxOfChosen),
      innerWidth: try file.expertWidth("intermediate_size", expertCount: count),
      isSparse: Array(repeating: true, count: plan.layerCount),
      countKey: "num_local_experts", widthKey: "intermediate_size", statesNormalization: false,
      names: .init(router: "router"),
      clampedGate: ClampedGate(
        alpha: Float(try file.factor("swiglu_alpha")), limit: Float(try file.factor("swiglu_limit"))
      ))
  }
}
