import Checkpoints
import Serialization

extension ModelFamily {
  /// A half that reads the prompt and a half that writes the answer; positions add a learned number to
  /// scores by their distance, the same in all blocks of a half.
  ///
  /// Source: Raffel et al. 2019, arXiv:1910.10683, section 2.1, as in Hugging Face `T5Model`.
  static let t5 = ofT5Kind(
    "t5", architecture: "T5ForConditionalGeneration", defaults: ["d_model": 512, "num_heads": 8]
  ) { (plan, file) throws(CheckpointError) in
    try plan.setScale(file)
  }

  /// T5 of many languages, whose outputs are never scaled.
  ///
  /// Source: Xue et al. 2020, arXiv:2010.11934.
  static let mt5 = ofT5Kind(
    "mt5", architecture: "MT5ForConditionalGeneration",
    defaults: [
      "vocab_size": 250_112, "d_model": 512, "d_ff": 1024, "num_layers": 8, "num_heads": 6,
      "feed_forward_proj": "gated-gelu",
    ]
  ) { (_, _) throws(CheckpointError) in }

  /// mT5 with numbers of each block's own for distances.
  ///
  /// Source: Chung et al. 2023, arXiv:2304.09151.
  static let umt5 = ofT5Kind(
    "umt5", architecture: "UMT5ForConditionalGeneration",
    defaults: [
      "vocab_size": 250_112, "d_model": 512, "d_ff": 1024, "num_layers": 8, "num_heads": 6,
      "feed_forward_proj": "gated-gelu",
    ]
  ) { (plan, file) throws(CheckpointError) in
    plan.sharesDistances = false
    try plan.setScale(file)
  }

  private static func ofT5Kind(
    _ modelType: String, architecture: String, defaults: JSONObject,
    set: @escaping @Sendable (inout T5Plan, ConfigReader) throws(CheckpointError) -> Void
  ) -> ModelFamily {
    let shared: JSONObject = [
      "vocab_size": 32_128, "d_kv": 64, "d_ff": 2048, "num_layers": 6,
      "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128,
      "layer_norm_epsilon": 1e-6, "feed_forward_proj": "relu", "n_positions": 512,
      "decoder_start_token_id": 0,
    ]
    return ModelFamily(
      modelType: modelType, architecture: architecture, defaults: shared.overlaid(by: defaults),
      positionsKey: "n_positions", readKeys: ["is_encoder_decoder"], endOfSequenceID: 1,
      prefix: "", otherNames: ["shared.weight": "encoder.embed_tokens.weight"],
      derivedNames: [
        "encoder.embed_tokens.weight", "decoder.embed_tokens.weight",
        // Of no effect, and left in the first files.
        "layer.1.EncDecAttention.relative_attention_bias.weight",
      ]
    ) { (file) throws(CheckpointError) in
      var plan = try T5Plan(file)
      try set(&plan, file)
      return Description(
        blueprint: plan.blueprint, members: plan.members,
        forms: [plan.blueprint, plan.readingHalf])
    }
  }
}
