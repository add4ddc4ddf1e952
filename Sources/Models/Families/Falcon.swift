import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// One layer for queries, keys and values, mostly with few heads of keys; attention and the
  /// feed-forward layer mostly side by side, after one norm or one each; positions that turn heads
  /// or add to scores.
  ///
  /// Source: Almazrouei et al. 2023, arXiv:2311.16867, section 4, as in Hugging Face
  /// `FalconModel`.
  static let falcon = ofGPTKind(
    "falcon", architecture: "FalconForCausalLM",
    defaults: [
      "vocab_size": 65_024, "hidden_size": 4544, "num_hidden_layers": 32,
      "num_attention_heads": 71, "max_position_embeddings": 2048, "layer_norm_epsilon": 1e-5,
      "alibi": false, "new_decoder_architecture": false, "multi_query": true,
      "parallel_attn": true, "bias": false, "activation": "gelu", "rope_theta": 10_000,
      ModelConfig.tieKey: true,
    ],
    keys: GPTKeys(
      hiddenSize: "hidden_size", layerCount: "num_hidden_layers",
      headCount: "num_attention_heads", positions: "max_position_embeddings",
      innerSize: "ffn_hidden_size"),
    endOfSequenceID: 11, aliases: ["n_embed": "hidden_size"], readKeys: ["alibi", "parallel_attn"]
  ) { (file, sizes) throws(CheckpointError) in
    let form = try FalconForm(file)
    var plan = GPTPlan(
      sizes, form.names, activation: try Activation("activation", file),
      epsilon: try file.normEpsilon("layer_norm_epsilon"),
      isTied: try file.bool(ModelConfig.tieKey, default: true))
    plan.isParallel = form.isParallel
    let hasBias = try file.bool("bias", default: false)
    (plan.attentionBias, plan.attentionOutputBias, plan.mlpBias) = (hasBias, hasBias, hasBias)
    plan.isByGroup = form.isNew || !form.sharesOneKey
    if form.isNew {
      let groups = try file.int("num_kv_heads", in: 1...sizes.headCount) ?? sizes.headCount
      guard sizes.headCount % groups == 0 else {
        throw file.wrong("num_kv_heads", "a divisor of num_attention_heads, \(sizes.headCount)")
      }
      plan.keyValueHeadCount = groups
    } else if form.sharesOneKey {
      plan.keyValueHeadCount = 1
    }
    if try file.bool("alibi", default: false) {
      plan.alibi = AlibiPlan(headCount: sizes.headCount, scale: plan.scoreScale, isRounded: true)
    } else {
      plan.rotary = try file.rotary("falcon", sizes)
    }
    return plan
  }
}

/// Which of Falcon's forms a config describes.
private struct FalconForm {
  let isNew: Bool
  /// Whether all heads share one key and value; of the old form alone.
  let sharesOneKey: Bool
  let isParallel: Bool
  /// Whether attention and the feed-forward layer have a norm each, though they are parallel.
  let hasNormEach: Bool

  init(_ file: ConfigReader) throws(CheckpointError) {
    isNew = try file.bool("new_decoder_architecture", default: false)
    sharesOneKey = try file.bool("multi_query", default: true)
    isParallel = try file.bool("parallel_attn", default: true)
    let stated = try file.int("num_ln_in_parallel_attn", in: 1...2)
    hasNormEach = isParallel && (stated ?? (isNew ? 2 : 1)) == 2
    guard isParallel || !isNew else {
      throw .unsupported(
        path: file.path, key: "parallel_attn", value: "false",
        reason: "with new_decoder_architecture the two are always side by side")
    }
    guard isNew || !hasNormEach else {
      throw .unsupported(
        path: file.path, key: "num_ln_in_parallel_attn", value: "2",
        reason: "without new_decoder_architecture there is one norm for both")
    }
  }

  var names: GPTNames {
    let second: String? = isParallel ? nil : "post_attention_layernorm"
    return GPTNames(
      layers: "transformer.h", tokens: "transformer.word_embeddings",
      attention: ["self_attention.query_key_value"], attentionOutput: "self_attention.dense",
      up: "mlp.dense_h_to_4h", down: "mlp.dense_4h_to_h",
      attentionNorm: hasNormEach ? "ln_attn" : "input_layernorm",
      feedForwardNorm: hasNormEach ? "ln_mlp" : second, lastNorm: "transformer.ln_f")
  }
}
