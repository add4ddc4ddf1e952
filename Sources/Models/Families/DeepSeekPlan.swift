import Autograd
import Checkpoints
import Mathematics
import Serialization
import Tensors

/// The sizes of a model of DeepSeek's kind.
struct DeepSeekPlan {
  let hiddenSize: Int
  let intermediateSize: Int
  let layerCount: Int
  let headCount: Int
  let vocabularySize: Int
  let maximumPositions: Int
  let normEpsilon: Double
  let activation: Activation
  let ropeTheta: Double
  let ropeScaling: RopeScaling
  /// How strongly stretched positions sharpen scores; nil where they do not.
  let sharpening: Sharpening?
  let isTied: Bool
  let attentionBias: Bool
  /// The width of the state that queries are made of; nil where they are made of the input.
  let queryStateWidth: Int?
  /// The width of the state that keys and values are made of.
  let stateWidth: Int
  /// The numbers of a head that positions leave alone, those that they turn, and those of a value.
  let plainWidth: Int
  let turnedWidth: Int
  let valueWidth: Int

  var mlpBias = false
  /// Whether the pairs that positions turn are neighbours.
  var isInterleaved = true
  var mixture: MixturePlan?

  init(_ file: ConfigReader, _ modelType: String) throws(CheckpointError) {
    hiddenSize = try file.hiddenSize()
    intermediateSize = try file.size("intermediate_size", ConfigReader.innerWidths)
    layerCount = try file.layerCount()
    headCount = try file.headCount()
    if let stated = file.value("num_key_value_heads"), stated.int != headCount {
      throw file.wrong("num_key_value_heads", "num_attention_heads, \(headCount)")
    }
    guard hiddenSize % headCount == 0 else {
      throw file.wrong("num_attention_heads", "a divisor of hidden_size, \(hiddenSize)")
    }
    vocabularySize = try file.vocabularySize()
    maximumPositions = try file.size("max_position_embeddings", ConfigReader.positions)
    normEpsilon = try file.normEpsilon("rms_norm_eps")
    activation = try Activation("hidden_act", file)
    isTied = try file.bool(ModelConfig.tieKey, default: false)
    attentionBias = try file.bool("attention_bias", default: false)
    queryStateWidth = try file.int("q_lora_rank", in: 1...65_536)
    stateWidth = try file.size("kv_lora_rank", 1...65_536)
    turnedWidth = try file.size("qk_rope_head_dim", 2...254)
    guard turnedWidth % 2 == 0 else { throw file.wrong("qk_rope_head_dim", "an even number") }
    plainWidth = try file.size("qk_nope_head_dim", 1...256 - turnedWidth)
    valueWidth = try file.size("v_head_dim", 1...256)
    (ropeTheta, ropeScaling) = try file.rope(
      modelType, maximumPositions: maximumPositions, turnedWidth: turnedWidth)
    sharpening = try ropeScaling == .none ? nil : file.sharpening()
  }

  /// What q · k is multiplied by.
  private var scoreScale: Float {
    let plain = 1 / Double(plainWidth + turnedWidth).squareRoot()
    let sharpened = sharpening?.factor ?? 1
    return Float(plain * sharpened * sharpened)
  }

  /// `mscale_all_dim` and the factor of positions.
  struct Sharpening {
    let share: Double
    let positionFactor: Double

    /// What the root of scores is multiplied by.
    var factor: Double {
      positionFactor <= 1 ? 1 : 0.1 * share * logarithm(positionFactor) + 1
    }

    static let key = "mscale_all_dim"
  }
}

// MARK: What it is made of

extension DeepSeekPlan {
  /// The model, as Hugging Face's `DeepseekV2Model` and `DeepseekV3Model` compute it.
  var blueprint: Blueprint {
    let table = [vocabularySize, hiddenSize]
    return Blueprint(
      embedding: EmbeddingPlan(tokens: TensorPlan("model.embed_tokens.weight", table, .matrix)),
      layers: (0..<layerCount).map(layer), norm: norm("model.norm", hiddenSize, normEpsilon),
      head: HeadPlan(
        weight: TensorPlan("lm_head.weight", table, .matrix), isEmbedding: isTied),
      maximumPositions: maximumPositions)
  }

  private func layer(_ index: Int) -> LayerPlan {
    let path = "model.layers.\(index)"
    let mixture = mixture.flatMap { $0.isSparse[index] ? $0 : nil }
    return LayerPlan(
      attentionNorm: norm("\(path).input_layernorm", hiddenSize, normEpsilon),
      mixer: .attention(attention("\(path).self_attn")),
      feedForwardNorm: norm("\(path).post_attention_layernorm", hiddenSize, normEpsilon),
      feedForward: mixture == nil
        ? feedForward("\(path).mlp")
        : mixture?.sharedExpert(path, hiddenSize: hiddenSize, activation: activation),
      experts: mixture?.experts(path, hiddenSize: hiddenSize, activation: activation))
  }

  private func attention(_ path: String) -> AttentionPlan {
    func linear(
      _ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = false
    ) -> LinearPlan {
      LinearPlan(
        path: "\(path).\(name)", inputs: inputs, outputs: outputs, hasBias: bias,
        writesResidual: name == "o_proj")
    }
    let queries = headCount * (plainWidth + turnedWidth)
    let latent = LatentPlan(
      queryDown: queryStateWidth.map { linear("q_a_proj", hiddenSize, $0, bias: attentionBias) },
      query: queryStateWidth.map { linear("q_b_proj", $0, queries) }
        ?? linear("q_proj", hiddenSize, queries),
      keyValueDown: linear(
        "kv_a_proj_with_mqa", hiddenSize, stateWidth + turnedWidth, bias: attentionBias),
      keyValueUp: linear("kv_b_proj", stateWidth, headCount * (plainWidth + valueWidth)),
      plainWidth: plainWidth, turnedWidth: turnedWidth, valueWidth: valueWidth)
    // The states' norms have an epsilon that no config changes.
    return AttentionPlan(
      projections: .latent(latent),
      output: linear("o_proj", headCount * valueWidth, hiddenSize, bias: attentionBias),
      shape: AttentionShape(
        headCount: headCount, keyValueHeadCount: headCount, headWidth: latent.headWidth),
      options: AttentionOptions(scale: scoreScale),
      rotary: RotaryPlan(
        theta: ropeTheta, scaling: ropeScaling, width: turnedWidth, isInterleaved: isInterleaved),
      queryNorm: queryStateWidth.map { norm("\(path).q_a_layernorm", $0, 1e-6) },
      keyNorm: norm("\(path).kv_a_layernorm", stateWidth, 1e-6))
  }

  private func feedForward(_ path: String) -> FeedForwardPlan {
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearPlan {
      LinearPlan(
        path: "\(path).\(name)", inputs: inputs, outputs: outputs, hasBias: mlpBias,
        writesResidual: name == "down_proj")
    }
    return FeedForwardPlan(
      gate: linear("gate_proj", hiddenSize, intermediateSize),
      up: linear("up_proj", hiddenSize, intermediateSize),
      down: linear("down_proj", intermediateSize, hiddenSize), activation: activation)
  }

  private func norm(_ path: String, _ width: Int, _ epsilon: Double) -> NormPlan {
    NormPlan(path: path, width: width, kind: .rootMeanSquare(offset: 0), epsilon: epsilon)
  }
}

extension ConfigReader {
  /// How strongly stretched positions sharpen scores.
  fileprivate func sharpening() throws(CheckpointError) -> DeepSeekPlan.Sharpening? {
    for key in ["rope_scaling", "rope_parameters"] {
      guard let settings = try section(key), !settings.object.isEmpty else { continue }
      guard let value = settings.value(DeepSeekPlan.Sharpening.key), !value.isOff else {
        return nil
      }
      let share = try settings.double(DeepSeekPlan.Sharpening.key, above: 0, upTo: 1e6)
      let factor = try settings.double("factor", above: 0, upTo: 1e6)
      return DeepSeekPlan.Sharpening(
        share: try settings.required(share, DeepSeekPlan.Sharpening.key),
        positionFactor: try settings.required(factor, "factor"))
    }
    return nil
  }
}

// MARK: As it is written

extension DeepSeekPlan {
  /// How positions are scaled, as both versions write it.
  private var scalingMembers: JSONObject {
    var members = ropeScaling.members
    if let sharpening { members[Sharpening.key] = .number(sharpening.share) }
    return members
  }

  /// The keys of config.json that it follows from.
  var members: JSONObject {
    let plain: JSONObject = ["rope_theta": .number(ropeTheta), "rope_type": "default"]
    var members: JSONObject = [
      "hidden_size": .integer(hiddenSize), "intermediate_size": .integer(intermediateSize),
      "num_hidden_layers": .integer(layerCount), "num_attention_heads": .integer(headCount),
      "num_key_value_heads": .integer(headCount), "vocab_size": .integer(vocabularySize),
      "max_position_embeddings": .integer(maximumPositions), "rms_norm_eps": .number(normEpsilon),
      "hidden_act": .string(activation.configName), "rope_theta": .number(ropeTheta),
      "rope_scaling": ropeScaling == .none ? .null : .object(scalingMembers),
      "rope_parameters": .object(plain.overlaid(by: scalingMembers)),
      ModelConfig.tieKey: .bool(isTied), "attention_bias": .bool(attentionBias),
      "q_lora_rank": queryStateWidth.map { .integer($0) } ?? .null,
      "kv_lora_rank": .integer(stateWidth), "qk_nope_head_dim": .integer(plainWidth),
      "qk_rope_head_dim": .integer(turnedWidth), "v_head_dim": .integer(valueWidth),
    ]
    if let mixture {
      members = members.overlaid(by: mixture.members)
      members["routed_scaling_factor"] = .number(mixture.rule.scale)
    }
    return members
  }
}
