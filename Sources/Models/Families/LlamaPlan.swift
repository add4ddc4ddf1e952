import Serialization
import Tensors

/// What a model of llama's kind computes: its sizes, and what differs between the families.
///
/// What is given here as a default is llama's.
struct LlamaPlan {
  let hiddenSize: Int
  let intermediateSize: Int
  let layerCount: Int
  let headCount: Int
  let keyValueHeadCount: Int
  /// The width of one head; even, for positions turn pairs.
  let headWidth: Int
  let vocabularySize: Int
  let maximumPositions: Int
  let normEpsilon: Double
  let ropeTheta: Double
  let ropeScaling: RopeScaling
  /// Whether the output layer is the embedding table.
  let isTied: Bool
  let activation: Activation

  /// Whether the projections to queries, keys and values have a bias.
  var attentionBias = false
  /// Whether attention's output projection has one.
  var attentionOutputBias = false
  var mlpBias = false
  /// Whether config.json says which biases there are.
  var statesBiases = false
  /// What is added to the weights of norms: 1 where files keep them less one.
  var normOffset = 0.0
  /// Whether each head of queries and keys is normalised before positions turn it.
  var hasQueryKeyNorms = false
  /// Whether these norms are of all heads together.
  var hasWideQueryKeyNorms = false
  /// Whether the results of attention and feed-forward are normalised before they are added.
  var hasPostNorms = false
  /// What embeddings are multiplied by.
  var embeddingScale = 1.0
  /// Scores are q · k / sqrt of this; the head's width in most families.
  var queryScalar: Double
  /// Bounds of attention's scores and of the logits: x becomes cap · tanh(x / cap).
  var attentionSoftCap: Double?
  var logitSoftCap: Double?
  /// The window of each layer, in tokens: a token sees that many, itself the last of them; nil
  /// where it sees all of the past.
  var windows: [Int?]
  /// Which layers are of the kind with a window, also where that is as long as the context.
  var isSliding: [Bool]
  /// The theta of the layers of ``isSliding``, where it is not that of the others.
  var windowedRopeTheta: Double?
  /// Experts, in some or all layers; nil where there are none.
  var mixture: MixturePlan?
}

// MARK: What it is made of

extension LlamaPlan {
  /// The model, as Hugging Face's `LlamaModel` and its like compute it.
  ///
  /// Source: Touvron et al. 2023, arXiv:2302.13971, section 2.2.
  var blueprint: Blueprint {
    let table = [vocabularySize, hiddenSize]
    return Blueprint(
      embedding: EmbeddingPlan(
        tokens: TensorPlan("model.embed_tokens.weight", table, .matrix), scale: embeddingScale),
      layers: (0..<layerCount).map(layer), norm: norm("model.norm"),
      head: HeadPlan(
        weight: TensorPlan("lm_head.weight", table, .matrix), isEmbedding: isTied,
        softCap: logitSoftCap),
      maximumPositions: maximumPositions)
  }

  private func layer(_ index: Int) -> LayerPlan {
    let path = "model.layers.\(index)"
    // Where a layer has norms after its parts, theirs is the name that is else the next part's.
    let nextNorm = hasPostNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm"
    let mixture = mixture.flatMap { $0.isSparse[index] ? $0 : nil }
    let inner =
      if let mixture {
        mixture.sharedExpert(path, hiddenSize: hiddenSize, activation: activation)
      } else {
        feedForward(path)
      }
    return LayerPlan(
      attentionNorm: norm("\(path).input_layernorm"), attention: attention(index, path),
      feedForwardNorm: norm("\(path).\(nextNorm)"), feedForward: inner,
      experts: mixture?.experts(path, hiddenSize: hiddenSize, activation: activation))
  }

  private func attention(_ index: Int, _ layer: String) -> AttentionPlan {
    let path = "\(layer).self_attn"
    let (queries, keys) = (headCount * headWidth, keyValueHeadCount * headWidth)
    func projection(_ name: String, _ outputs: Int) -> LinearPlan {
      LinearPlan(
        path: "\(path).\(name)", inputs: hiddenSize, outputs: outputs, hasBias: attentionBias)
    }
    return AttentionPlan(
      projections: .separate(
        query: projection("q_proj", queries), key: projection("k_proj", keys),
        value: projection("v_proj", keys)),
      output: LinearPlan(
        path: "\(path).o_proj", inputs: queries, outputs: hiddenSize,
        hasBias: attentionOutputBias, writesResidual: true),
      shape: AttentionShape(
        headCount: headCount, keyValueHeadCount: keyValueHeadCount, headWidth: headWidth),
      options: AttentionOptions(
        scale: 1 / Float(queryScalar).squareRoot(), softCap: attentionSoftCap.map(Float.init),
        window: windows[index]),
      rotary: rotary(index),
      queryNorm: hasQueryKeyNorms
        ? norm("\(path).q_norm", width: hasWideQueryKeyNorms ? queries : headWidth) : nil,
      keyNorm: hasQueryKeyNorms
        ? norm("\(path).k_norm", width: hasWideQueryKeyNorms ? keys : headWidth) : nil,
      outputNorm: hasPostNorms ? norm("\(layer).post_attention_layernorm") : nil)
  }

  private func rotary(_ index: Int) -> RotaryPlan {
    if isSliding[index], let windowedRopeTheta {
      return RotaryPlan(theta: windowedRopeTheta, width: headWidth)
    }
    return RotaryPlan(theta: ropeTheta, scaling: ropeScaling, width: headWidth)
  }

  private func feedForward(_ layer: String) -> FeedForwardPlan {
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearPlan {
      LinearPlan(
        path: "\(layer).mlp.\(name)", inputs: inputs, outputs: outputs, hasBias: mlpBias,
        writesResidual: name == "down_proj")
    }
    return FeedForwardPlan(
      gate: linear("gate_proj", hiddenSize, intermediateSize),
      up: linear("up_proj", hiddenSize, intermediateSize),
      down: linear("down_proj", intermediateSize, hiddenSize), activation: activation,
      outputNorm: hasPostNorms ? norm("\(layer).post_feedforward_layernorm") : nil)
  }

  private func norm(_ path: String, width: Int? = nil) -> NormPlan {
    NormPlan(
      path: path, width: width ?? hiddenSize, kind: .rootMeanSquare(offset: normOffset),
      epsilon: normEpsilon)
  }
}

// MARK: As it is written

extension LlamaPlan {
  /// The keys of config.json that it follows from; `activationKey` names the activation.
  func members(activationKey: String) -> JSONObject {
    var members: JSONObject = [
      "hidden_size": .integer(hiddenSize), "intermediate_size": .integer(intermediateSize),
      "num_hidden_layers": .integer(layerCount), "num_attention_heads": .integer(headCount),
      "num_key_value_heads": .integer(keyValueHeadCount), "head_dim": .integer(headWidth),
      "vocab_size": .integer(vocabularySize),
      "max_position_embeddings": .integer(maximumPositions),
      "rms_norm_eps": .number(normEpsilon), activationKey: .string(activation.configName),
      "rope_theta": .number(ropeTheta), "rope_scaling": ropeScaling.json,
      "rope_parameters": .object(ropeParameters), ModelConfig.tieKey: .bool(isTied),
    ]
    if let mixture { members = members.overlaid(by: mixture.members) }
    if let windowedRopeTheta { members["rope_local_base_freq"] = .number(windowedRopeTheta) }
    if statesBiases {
      members["attention_bias"] = .bool(attentionBias)
      members["mlp_bias"] = .bool(mlpBias)
    }
    return members
  }

  /// Theta and scaling as transformers 5 has them: a part for each type of layer where they differ.
  private var ropeParameters: JSONObject {
    let plain: JSONObject = ["rope_theta": .number(ropeTheta), "rope_type": "default"]
    let scaled = plain.overlaid(by: ropeScaling.members)
    guard let windowedRopeTheta else { return scaled }
    return [
      "full_attention": .object(scaled),
      "sliding_attention": ["rope_theta": .number(windowedRopeTheta), "rope_type": "default"],
    ]
  }
}
