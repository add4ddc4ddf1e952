import Checkpoints
import Serialization

extension ModelFamily {
  /// Norms by mean and variance that are kept less one, the square of ReLU in the place of a gate,
  /// and positions that turn a half of each head.
  ///
  /// Source: Parmar et al. 2024, arXiv:2402.16819, section 2, as in Hugging Face `NemotronModel`.
  static let nemotron = ofLlamaKind(
    "nemotron", architecture: "NemotronForCausalLM",
    defaults: [
      "vocab_size": 256_000, "hidden_size": 6144, "intermediate_size": 24_576,
      "num_hidden_layers": 32, "num_attention_heads": 48, "hidden_act": "relu2",
      "max_position_embeddings": 4096, "norm_eps": 1e-5, "partial_rotary_factor": 0.5,
    ], endOfSequenceID: 3, keys: LlamaKeys(epsilon: "norm_eps", hasTurnedShare: true)
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    try plan.setBiases(file)
    plan.normKind = .layer
    plan.normOffset = 1
    plan.names.gate = nil
  }
}
