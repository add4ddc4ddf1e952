import Checkpoints
import Serialization

extension ModelFamily {
  /// Biases stand where the config says, attention's at all four of its projections.
  static let llama = ofLlamaKind(
    "llama", architecture: "LlamaForCausalLM",
    defaults: [
      "vocab_size": 32_000, "hidden_size": 4096, "intermediate_size": 11_008,
      "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 2048,
    ], endOfSequenceID: 2
  ) { (plan, file) throws(CheckpointError) in
    try plan.refuseWindows(file)
    try plan.setBiases(file)
  }
}
