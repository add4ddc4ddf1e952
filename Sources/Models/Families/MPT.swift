import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Positions that add to scores, and no biases, not of norms either.
  ///
  /// Source: MosaicML 2023, "Introducing MPT-7B", as in Hugging Face `MptModel`.
  static let mpt = ofGPTKind(
    "mpt", architecture: "MptForCausalLM",
    defaults: [
      "vocab_size": 50_368, "d_model": 2048, "n_layers": 24, "n_heads": 16, "max_seq_len": 2048,
      "layer_norm_epsilon": 1e-5, "no_bias": true, ModelConfig.tieKey: true,
    ],
    keys: GPTKeys(
      hiddenSize: "d_model", layerCount: "n_layers", headCount: "n_heads",
      positions: "max_seq_len"),
    endOfSequenceID: nil,
    aliases: [
      "hidden_size": "d_model", "num_hidden_layers": "n_layers", "num_attention_heads": "n_heads",
    ]
  ) { (file, sizes) throws(CheckpointError) in
    let names = GPTNames(
      layers: "transformer.blocks", tokens: "transformer.wte", attention: ["attn.Wqkv"],
      attentionOutput: "attn.out_proj", up: "ffn.up_proj", down: "ffn.down_proj",
      attentionNorm: "norm_1", feedForwardNorm: "norm_2", lastNorm: "transformer.norm_f")
    var plan = GPTPlan(
      sizes, names, activation: .gelu, epsilon: try file.normEpsilon("layer_norm_epsilon"),
      isTied: try file.bool(ModelConfig.tieKey, default: true))
    plan.attentionBias = false
    plan.attentionOutputBias = false
    plan.mlpBias = false
    plan.normBias = false
    plan.alibi = try alibi(file, headCount: sizes.headCount)
    if let scale = try file.section("attn_config")?.double("softmax_scale", above: 0, upTo: 1e6) {
      plan.scoreScale = Float(scale)
    }
    return plan
  }

  /// What positions add, as the object of attention says; its other switches are those of models
  /// that transformers does not compute.
  private static func alibi(
    _ file: ConfigReader, headCount: Int
  ) throws(CheckpointError) -> AlibiPlan {
    let attention = try file.section("attn_config") ?? ConfigReader([:], path: file.path)
    for key in ["clip_qkv", "qk_ln", "prefix_lm"] where attention.value(key)?.isOff == false {
      throw .unsupported(
        path: file.path, key: key, value: shown((attention.value(key) ?? .null).text),
        reason: "mpt models do not have it here")
    }
    // The reference adds them whatever this says, and a model without them has learned positions.
    guard try attention.bool("alibi", default: true) else {
      throw .unsupported(
        path: file.path, key: "alibi", value: "false",
        reason: "positions add to scores in mpt models here")
    }
    return AlibiPlan(
      headCount: headCount,
      maximumBias: try attention.double("alibi_bias_max", above: 0, upTo: 1e6) ?? 8)
  }
}
