import Checkpoints
import Serialization

extension ModelFamily {
  /// Norms by mean and variance, no gate, biases everywhere unless the config says that there are
  /// none, and in most models a window in all layers.
  ///
  /// Source: Lozhkov et al. 2024, arXiv:2402.19173, section 6, as in Hugging Face
  /// `Starcoder2Model`.
  static let starcoder2 = ofLlamaKind(
    "starcoder2", architecture: "Starcoder2ForCausalLM",
    defaults: [
      "vocab_size": 49_152, "hidden_size": 3072, "intermediate_size": 12_288,
      "num_hidden_layers": 30, "num_attention_heads": 24, "num_key_value_heads": 2,
      "max_position_embeddings": 4096, "hidden_act": "gelu_pytorch_tanh", "norm_epsilon": 1e-5,
      "use_bias": true, "sliding_window": .null, ModelConfig.tieKey: true,
    ], endOfSequenceID: 50_256, keys: LlamaKeys(epsilon: "norm_epsilon")
  ) { (plan, file) throws(CheckpointError) in
    try plan.setOneKindOfWindow(file)
    plan.setAllBiases(try file.bool("use_bias", default: true))
    plan.normKind = .layer
    plan.names.gate = nil
    plan.names.up = "c_fc"
    plan.names.down = "c_proj"
  }
}
