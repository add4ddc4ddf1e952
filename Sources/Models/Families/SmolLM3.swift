import Checkpoints
import Serialization

extension ModelFamily {
  /// Llama in which positions turn nothing in every fourth layer.
  ///
  /// Source: Yang et al. 2025, arXiv:2501.18795, section 3, for such layers, as in Hugging Face
  /// `SmolLM3Model`.
  static let smolLM3 = ofLlamaKind(
    "smollm3", architecture: "SmolLM3ForCausalLM",
    defaults: [
      "vocab_size": 128_256, "hidden_size": 2048, "intermediate_size": 11_008,
      "num_hidden_layers": 36, "num_attention_heads": 16, "num_key_value_heads": 4,
      "max_position_embeddings": 32_768, "rope_theta": 2_000_000, "use_sliding_window": false,
      "no_rope_layer_interval": 4, ModelConfig.tieKey: true,
    ], endOfSequenceID: 128_001, readKeys: ["no_rope_layers", "no_rope_layer_interval"]
  ) { (plan, file) throws(CheckpointError) in
    try plan.setBiases(file)
    let interval = try file.size("no_rope_layer_interval", 1...1024)
    plan.isTurned =
      try plan.flags("no_rope_layers", file)
      ?? plan.isTurned.indices.map {
        ($0 + 1) % interval != 0
      }
    guard try file.bool("use_sliding_window", default: false) else {
      return try plan.refuseWindows(file)
    }
    let isTurned = plan.isTurned
    let hasWindow = file.value("sliding_window") != nil
    try plan.setWindows(file) { hasWindow && !isTurned[$0] }
  }
}

extension LlamaPlan {
  /// A list of ones and zeros, at least one for each layer; nil where it is left out.
  fileprivate func flags(_ key: String, _ file: ConfigReader) throws(CheckpointError) -> [Bool]? {
    guard let value = file.value(key) else { return nil }
    let flags = (value.array ?? []).compactMap { $0.int ?? ($0.bool == true ? 1 : nil) }
    guard flags.count >= layerCount, flags.count == value.array?.count else {
      throw file.wrong(key, "a list of \(layerCount) numbers, 1 or 0 for each layer")
    }
    return flags.prefix(layerCount).map { $0 != 0 }
  }
}
