import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Positions that add to scores, a norm of the embeddings, and one layer for queries, keys and
  /// values, head by head.
  ///
  /// Source: Le Scao et al. 2022, arXiv:2211.05100, section 3.2, as in Hugging Face `BloomModel`.
  static let bloom = ofGPTKind(
    "bloom", architecture: "BloomForCausalLM",
    defaults: [
      "vocab_size": 250_880, "hidden_size": 64, "n_layer": 2, "n_head": 8, "seq_length": 2048,
      "layer_norm_epsilon": 1e-5, "apply_residual_connection_post_layernorm": false,
      ModelConfig.tieKey: true,
    ],
    keys: GPTKeys(
      hiddenSize: "hidden_size", layerCount: "n_layer", headCount: "n_head",
      positions: "seq_length"),
    endOfSequenceID: 2,
    aliases: [
      "n_embed": "hidden_size", "num_hidden_layers": "n_layer", "num_attention_heads": "n_head",
    ]
  ) { (file, sizes) throws(CheckpointError) in
    let names = GPTNames(
      layers: "transformer.h", tokens: "transformer.word_embeddings",
      tokensNorm: "transformer.word_embeddings_layernorm",
      attention: ["self_attention.query_key_value"], attentionOutput: "self_attention.dense",
      up: "mlp.dense_h_to_4h", down: "mlp.dense_4h_to_h", attentionNorm: "input_layernorm",
      feedForwardNorm: "post_attention_layernorm", lastNorm: "transformer.ln_f")
    var plan = GPTPlan(
      sizes, names, activation: .geluTanh, epsilon: try file.normEpsilon("layer_norm_epsilon"),
      isTied: try file.bool(ModelConfig.tieKey, default: true))
    plan.isByGroup = true
    plan.alibi = AlibiPlan(headCount: sizes.headCount)
    plan.addsToNormed = try file.bool(
      "apply_residual_connection_post_layernorm", default: false)
    return plan
  }
}
