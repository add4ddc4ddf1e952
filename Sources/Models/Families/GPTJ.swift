import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Attention and the feed-forward layer side by side after one norm, positions that turn
  /// neighbours in a part of each head, and a bias of the logits.
  ///
  /// Source: Wang and Komatsuzaki 2021, "GPT-J-6B", as in Hugging Face `GPTJModel`.
  static let gptJ = ofGPTKind(
    "gptj", architecture: "GPTJForCausalLM",
    defaults: [
      "vocab_size": 50_400, "n_positions": 2048, "n_embd": 4096, "n_layer": 28, "n_head": 16,
      "rotary_dim": 64, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
      ModelConfig.tieKey: false,
    ],
    keys: .gpt2, endOfSequenceID: 50_256, aliases: GPTKeys.gpt2Aliases, readKeys: ["rotary_dim"]
  ) { (file, sizes) throws(CheckpointError) in
    let names = GPTNames(
      layers: "transformer.h", tokens: "transformer.wte",
      attention: ["attn.q_proj", "attn.k_proj", "attn.v_proj"], attentionOutput: "attn.out_proj",
      up: "mlp.fc_in", down: "mlp.fc_out", attentionNorm: "ln_1", lastNorm: "transformer.ln_f")
    var plan = GPTPlan(
      sizes, names, activation: try Activation("activation_function", file),
      epsilon: try file.normEpsilon("layer_norm_epsilon"),
      isTied: try file.bool(ModelConfig.tieKey, default: false))
    plan.isParallel = true
    plan.attentionBias = false
    plan.attentionOutputBias = false
    plan.hasHeadBias = true
    let turned = try file.size("rotary_dim", 2...sizes.headWidth)
    guard turned % 2 == 0 else { throw file.wrong("rotary_dim", "an even number") }
    plan.rotary = RotaryPlan(theta: 10_000, width: turned, isInterleaved: true)
    return plan
  }
}

extension GPTKeys {
  /// Those of GPT-2 and the families that took them over.
  static let gpt2 = GPTKeys(
    hiddenSize: "n_embd", layerCount: "n_layer", headCount: "n_head", positions: "n_positions",
    innerSize: "n_inner")

  /// Names of later families that transformers takes for them.
  static let gpt2Aliases = [
    "hidden_size": "n_embd", "num_hidden_layers": "n_layer", "num_attention_heads": "n_head",
    "max_position_embeddings": "n_positions",
  ]
}
