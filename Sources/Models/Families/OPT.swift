import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Learned positions whose table begins two rows early, ReLU, and in some models norms of the sums
  /// or a table of tokens that is narrower than the rest.
  ///
  /// Source: Zhang et al. 2022, arXiv:2205.01068, section 2, as in Hugging Face `OPTModel`.
  static let opt = ofGPTKind(
    "opt", architecture: "OPTForCausalLM",
    defaults: [
      "vocab_size": 50_272, "hidden_size": 768, "num_hidden_layers": 12, "ffn_dim": 3072,
      "num_attention_heads": 12, "max_position_embeddings": 2048,
      "activation_function": "relu", "do_layer_norm_before": true,
      "_remove_final_layer_norm": false, "enable_bias": true,
      "layer_norm_elementwise_affine": true, ModelConfig.tieKey: true,
    ],
    keys: GPTKeys(
      hiddenSize: "hidden_size", layerCount: "num_hidden_layers",
      headCount: "num_attention_heads", positions: "max_position_embeddings",
      innerSize: "ffn_dim"),
    prefix: "model.", endOfSequenceID: 2
  ) { (file, sizes) throws(CheckpointError) in
    guard try file.bool("layer_norm_elementwise_affine", default: true) else {
      throw .unsupported(
        path: file.path, key: "layer_norm_elementwise_affine", value: "false",
        reason: "norms have weights here")
    }
    let normsBefore = try file.bool("do_layer_norm_before", default: true)
    let removesLastNorm = try file.bool("_remove_final_layer_norm", default: false)
    let tableWidth = try file.int("word_embed_proj_dim", in: 1...65_536)
    let names = GPTNames(
      layers: "model.decoder.layers", tokens: "model.decoder.embed_tokens",
      positions: "model.decoder.embed_positions",
      projections: ("model.decoder.project_in", "model.decoder.project_out"),
      attention: ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
      attentionOutput: "self_attn.out_proj", up: "fc1", down: "fc2",
      attentionNorm: "self_attn_layer_norm", feedForwardNorm: "final_layer_norm",
      lastNorm: normsBefore && !removesLastNorm ? "model.decoder.final_layer_norm" : nil)
    var plan = GPTPlan(
      sizes, names, activation: try Activation("activation_function", file), epsilon: 1e-5,
      isTied: try file.bool(ModelConfig.tieKey, default: true))
    let hasBias = try file.bool("enable_bias", default: true)
    (plan.attentionBias, plan.attentionOutputBias, plan.mlpBias) = (hasBias, hasBias, hasBias)
    plan.normsSums = !normsBefore
    plan.positionOffset = 2
    plan.tableWidth = tableWidth == sizes.hiddenSize ? nil : tableWidth
    return plan
  }
}
