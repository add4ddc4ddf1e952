/// A `model_type` that people bring and that has a part which is not computed here.
///
/// Told apart from a type that nobody knows: another file of the same model would not help.
struct UnsupportedType: Sendable {
  /// The types, as config.json names them.
  let names: Set<String>
  /// What they have, in the message that refuses them.
  let reason: String

  /// Every such kind: a line each.
  static let all = [
    UnsupportedType(
      names: ["lfm2_moe", "lfm2_vl"],
      reason: "has layers of short convolutions beside experts or images"),
    UnsupportedType(
      names: [
        "qwen3_next", "qwen3_5_moe", "qwen3_5_moe_text", "kimi_linear", "minimax",
      ], reason: "has layers of linear attention (a state that each token changes)"),
    UnsupportedType(
      names: [
        "mamba", "mamba2", "falcon_mamba", "falcon_h1", "jamba", "bamba", "zamba", "zamba2",
        "granitemoehybrid", "nemotron_h", "rwkv", "recurrent_gemma",
      ], reason: "has layers that keep a state in the place of attention"),
    UnsupportedType(
      names: ["gemma3n", "gemma3n_text", "gemma4", "gemma4_text"],
      reason: "has embeddings for each layer, and layers that share keys and values"),
  ]

  /// Why models of a type are refused; nil where none is known.
  static func reason(_ type: String) -> String? {
    all.first { $0.names.contains(type) }.map {
      "such a model \($0.reason), which is not supported; one whose layers all have attention loads"
    }
  }
}
