import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Attention and the feed-forward layer side by side, positions that turn a part of each head, and
  /// one layer for queries, keys and values, head by head; Pythia is of this family.
  ///
  /// Source: Black et al. 2022, arXiv:2204.06745, section 2.1, as in Hugging Face `GPTNeoXModel`.
  static let gptNeoX = ModelFamily(
    modelType: "gpt_neox", architecture: "GPTNeoXForCausalLM",
    defaults: [
      "vocab_size": 50_432, "hidden_size": 6144, "intermediate_size": 24_576,
      "num_hidden_layers": 44, "num_attention_heads": 64, "max_position_embeddings": 2048,
      "hidden_act": "gelu", "layer_norm_eps": 1e-5, "rotary_pct": 0.25, "rotary_emb_base": 10_000,
      "use_parallel_residual": true, "attention_bias": true, ModelConfig.tieKey: false,
    ],
    readKeys: ["rotary_pct", "partial_rotary_factor", "use_parallel_residual"],
    endOfSequenceID: 2, prefix: "gpt_neox.", otherNames: ["embed_out.weight": "lm_head.weight"],
    // The causal mask and the angles, which old files keep.
    derivedNames: ["attention.bias", "attention.masked_bias", "rotary_emb.inv_freq"]
  ) { (file) throws(CheckpointError) in
    let plan = try GPTNeoXPlan(file)
    return Description(blueprint: plan.blueprint, members: plan.members)
  }
}

/// The sizes of a GPT-NeoX, and what of it may be left out.
private struct GPTNeoXPlan {
  let hiddenSize: Int
  let innerSize: Int
  let layerCount: Int
  let headCount: Int
  let headWidth: Int
  let vocabularySize: Int
  let maximumPositions: Int
  let epsilon: Double
  let activation: Activation
  let rotary: RotaryPlan
  /// The share of each head that positions turn.
  let turnedShare: Double
  let isParallel: Bool
  let attentionBias: Bool
  let isTied: Bool

  init(_ file: ConfigReader) throws(CheckpointError) {
    hiddenSize = try file.hiddenSize()
    innerSize = try file.size("intermediate_size", ConfigReader.innerWidths)
    layerCount = try file.layerCount()
    headCount = try file.headCount()
    headWidth = try file.headShare(hiddenSize: hiddenSize, headCount: headCount)
    // transformers would turn as much of a head as this says, and compute with heads of the share.
    if let stated = file.value("head_dim"), stated.int != headWidth {
      throw file.wrong("head_dim", "hidden_size / num_attention_heads, \(headWidth)")
    }
    vocabularySize = try file.vocabularySize()
    maximumPositions = try file.size("max_position_embeddings", ConfigReader.positions)
    epsilon = try file.normEpsilon("layer_norm_eps")
    activation = try Activation("hidden_act", file)
    (rotary, turnedShare) = try Self.rotary(
      file, headWidth: headWidth, maximumPositions: maximumPositions)
    isParallel = try file.bool("use_parallel_residual", default: true)
    attentionBias = try file.bool("attention_bias", default: true)
    isTied = try file.bool(ModelConfig.tieKey, default: false)
  }

  /// How positions turn: theta and share stand in the object of positions, or by names of the
  /// family's own beside it.
  private static func rotary(
    _ file: ConfigReader, headWidth: Int, maximumPositions: Int
  ) throws(CheckpointError) -> (RotaryPlan, share: Double) {
    _ = try file.double(thetaKey, above: 0, upTo: 1e12)
    var object = file.object
    // The common reader knows theta by its common name.
    object["rope_theta"] = object[thetaKey]
    let share = try file.turnedShare("rotary_pct")
    let width = Int(Double(headWidth) * share)
    guard width > 0, width % 2 == 0 else {
      throw file.wrong("rotary_pct", "a share that turns an even part of a head, \(headWidth)")
    }
    let (theta, scaling) = try ConfigReader(object, path: file.path).rope(
      "gpt_neox", maximumPositions: maximumPositions, turnedWidth: width)
    return (RotaryPlan(theta: theta, scaling: scaling, width: width), share)
  }

  private static let thetaKey = "rotary_emb_base"

  var members: JSONObject {
    let positions: JSONObject = [
      "rope_theta": .number(rotary.theta), "partial_rotary_factor": .number(turnedShare),
      "rope_type": "default",
    ]
    return [
      "hidden_size": .integer(hiddenSize), "intermediate_size": .integer(innerSize),
      "num_hidden_layers": .integer(layerCount), "num_attention_heads": .integer(headCount),
      "vocab_size": .integer(vocabularySize),
      "max_position_embeddings": .integer(maximumPositions), "layer_norm_eps": .number(epsilon),
      "hidden_act": .string(activation.configName), "rotary_pct": .number(turnedShare),
      Self.thetaKey: .number(rotary.theta),
      "rope_scaling": rotary.scaling.json,
      "rope_parameters": .object(positions.overlaid(by: rotary.scaling.members)),
      "use_parallel_residual": .bool(isParallel), "attention_bias": .bool(attentionBias),
      ModelConfig.tieKey: .bool(isTied),
    ]
  }

  var blueprint: Blueprint {
    let table = [vocabularySize, hiddenSize]
    return Blueprint(
      embedding: EmbeddingPlan(tokens: TensorPlan("gpt_neox.embed_in.weight", table, .matrix)),
      layers: (0..<layerCount).map { layer("gpt_neox.layers.\($0)") },
      norm: norm("gpt_neox.final_layer_norm"),
      head: HeadPlan(
        weight: TensorPlan("embed_out.weight", table, .matrix), isEmbedding: isTied),
      maximumPositions: maximumPositions)
  }

  private func layer(_ path: String) -> LayerPlan {
    func linear(
      _ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true, writesResidual: Bool = false
    ) -> LinearPlan {
      LinearPlan(
        path: "\(path).\(name)", inputs: inputs, outputs: outputs, hasBias: bias,
        writesResidual: writesResidual)
    }
    return LayerPlan(
      attentionNorm: norm("\(path).input_layernorm"),
      mixer: .attention(
        AttentionPlan(
          projections: .fused(
            linear("attention.query_key_value", hiddenSize, 3 * hiddenSize, bias: attentionBias),
            byGroup: true),
          output: linear(
            "attention.dense", hiddenSize, hiddenSize, bias: attentionBias, writesResidual: true),
          shape: AttentionShape(
            headCount: headCount, keyValueHeadCount: headCount, headWidth: headWidth),
          options: AttentionOptions(scale: 1 / Float(headWidth).squareRoot()), rotary: rotary)),
      feedForwardNorm: norm("\(path).post_attention_layernorm"),
      feedForward: FeedForwardPlan(
        up: linear("mlp.dense_h_to_4h", hiddenSize, innerSize),
        down: linear("mlp.dense_4h_to_h", innerSize, hiddenSize, writesResidual: true),
        activation: activation),
      isParallel: isParallel)
  }

  private func norm(_ path: String) -> NormPlan {
    NormPlan(path: path, width: hiddenSize, kind: .layer, epsilon: epsilon)
  }
}
