import Checkpoints
import Serialization

extension ModelFamily {
  /// Norms of results instead of inputs, and of each head of queries and keys; where some layers
  /// have a window, positions turn nothing in the others.
  ///
  /// Source: LG AI Research 2025, arXiv:2507.11407, section 2.
  static let exaone4 = ofLlamaKind(
    "exaone4", architecture: "Exaone4ForCausalLM",
    defaults: [
      "vocab_size": 102_400, "hidden_size": 4096, "intermediate_size": 16_384,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32,
      "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "sliding_window": 4096,
      "sliding_window_pattern": 4,
    ], endOfSequenceID: 2, readKeys: queryKeyNormKeys
  ) { (plan, file) throws(CheckpointError) in
    plan.queryKeyNorms = .ofHeads
    plan.names.normsResults()
    guard file.value("sliding_window") != nil else { return try plan.refuseWindows(file) }
    // Files also have it as a text, LLLG, and then list the layers' types.
    let pattern =
      if let text = file.value("sliding_window_pattern")?.string { text.count } else {
        try file.size("sliding_window_pattern", 1...1024)
      }
    try plan.setWindows(file) { ($0 + 1) % max(pattern, 1) != 0 }
    plan.isTurned = plan.isSliding
  }
}
