import Checkpoints
import Serialization

extension ModelFamily {
  /// Llama with a window in every layer, unless the config says that there is none.
  ///
  /// Source: Jiang et al. 2023, arXiv:2310.06825, section 2.
  static let mistral = ofLlamaKind(
    "mistral", architecture: "MistralForCausalLM",
    defaults: [
      "vocab_size": 32_000, "hidden_size": 4096, "intermediate_size": 14_336,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
      "max_position_embeddings": 131_072, "sliding_window": 4096,
    ], endOfSequenceID: 2
  ) { (plan, file) throws(CheckpointError) in
    try plan.setOneKindOfWindow(file)
  }
}
