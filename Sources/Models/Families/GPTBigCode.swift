import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// GPT-2 whose heads share one key and value, or with one layer for queries, keys and values, head
  /// by head.
  ///
  /// Source: Ben Allal et al. 2023, arXiv:2301.03988, section 4, as in Hugging Face
  /// `GPTBigCodeModel`.
  static let gptBigCode = ofGPTKind(
    "gpt_bigcode", architecture: "GPTBigCodeForCausalLM",
    defaults: [
      "vocab_size": 50_257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12,
      "activation_function": "gelu_pytorch_tanh", "layer_norm_epsilon": 1e-5,
      "scale_attn_weights": true, "multi_query": true, ModelConfig.tieKey: true,
    ],
    keys: .gpt2, endOfSequenceID: 50_256, aliases: GPTKeys.gpt2Aliases
  ) { (file, sizes) throws(CheckpointError) in
    let names = GPTNames(
      layers: "transformer.h", tokens: "transformer.wte", positions: "transformer.wpe",
      attention: ["attn.c_attn"], attentionOutput: "attn.c_proj", up: "mlp.c_fc",
      down: "mlp.c_proj", attentionNorm: "ln_1", feedForwardNorm: "ln_2",
      lastNorm: "transformer.ln_f")
    var plan = GPTPlan(
      sizes, names, activation: try Activation("activation_function", file),
      epsilon: try file.normEpsilon("layer_norm_epsilon"),
      isTied: try file.bool(ModelConfig.tieKey, default: true))
    let sharesOneKey = try file.bool("multi_query", default: true)
    plan.isByGroup = !sharesOneKey
    if sharesOneKey { plan.keyValueHeadCount = 1 }
    if try !file.bool("scale_attn_weights", default: true) { plan.scoreScale = 1 }
    return plan
  }
}
