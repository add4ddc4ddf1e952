import Checkpoints
import Serialization

extension ModelFamily {
  /// Llama with multipliers of embeddings, scores, results and logits.
  ///
  /// Source: Yang et al. 2022, arXiv:2203.03466, for such multipliers, as in Hugging Face
  /// `GraniteModel`.
  static let granite = ofLlamaKind(
    "granite", architecture: "GraniteForCausalLM",
    defaults: [
      "vocab_size": 32_000, "hidden_size": 4096, "intermediate_size": 11_008,
      "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 2048,
      "embedding_multiplier": 1, "attention_multiplier": 1, "residual_multiplier": 1,
      "logits_scaling": 1,
    ], endOfSequenceID: 2,
    readKeys: [
      "embedding_multiplier", "attention_multiplier", "residual_multiplier", "logits_scaling",
    ]
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    try plan.setBiases(file)
    plan.embeddingScale = try file.factor("embedding_multiplier")
    plan.scoreScale = Float(try file.factor("attention_multiplier"))
    plan.residualMultiplier = try file.factor("residual_multiplier")
    plan.headScale = 1 / (try file.factor("logits_scaling"))
  }
}
