import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Learned positions, norms by mean and variance, one layer for queries, keys and values, no
  /// gate; files keep matrices turned, and were first saved without the names' beginning.
  ///
  /// Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section
  /// 2.3, as in Hugging Face `GPT2Model`.
  static let gpt2 = ModelFamily(
    modelType: "gpt2", architecture: "GPT2LMHeadModel",
    defaults: [
      "vocab_size": 50_257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12,
      "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "scale_attn_weights": true,
      "scale_attn_by_inverse_layer_idx": false, ModelConfig.tieKey: true,
    ],
    aliases: GPTKeys.gpt2Aliases, positionsKey: "n_positions", endOfSequenceID: 50_256,
    prefix: "transformer.",
    // The causal mask, which files keep as if it were learned.
    derivedNames: ["attn.bias", "attn.masked_bias"]
  ) { (file) throws(CheckpointError) in
    let plan = try GPT2Plan(file)
    return Description(blueprint: plan.blueprint, members: plan.members)
  }
}

/// The sizes of a GPT-2, and what its scores are scaled by.
private struct GPT2Plan {
  let hiddenSize: Int
  let innerSize: Int
  let layerCount: Int
  let headCount: Int
  let headWidth: Int
  let vocabularySize: Int
  let maximumPositions: Int
  let epsilon: Double
  let activation: Activation
  /// Whether scores are divided by the root of a head's width.
  let scalesScores: Bool
  /// Whether scores are divided by the number of the layer, counted from 1.
  let scalesByLayer: Bool
  let isTied: Bool

  init(_ file: ConfigReader) throws(CheckpointError) {
    hiddenSize = try file.hiddenSize("n_embd")
    innerSize = try file.int("n_inner", in: ConfigReader.innerWidths) ?? 4 * hiddenSize
    layerCount = try file.layerCount("n_layer")
    headCount = try file.headCount("n_head")
    headWidth = try file.headShare(
      hiddenSize: hiddenSize, headCount: headCount, headsKey: "n_head", hiddenKey: "n_embd")
    vocabularySize = try file.vocabularySize()
    maximumPositions = try file.size("n_positions", ConfigReader.positions)
    epsilon = try file.normEpsilon("layer_norm_epsilon")
    activation = try Activation("activation_function", file)
    scalesScores = try file.bool("scale_attn_weights", default: true)
    scalesByLayer = try file.bool("scale_attn_by_inverse_layer_idx", default: false)
    isTied = try file.bool(ModelConfig.tieKey, default: true)
  }

  var members: JSONObject {
    [
      "n_embd": .integer(hiddenSize), "n_inner": .integer(innerSize),
      "n_layer": .integer(layerCount), "n_head": .integer(headCount),
      "vocab_size": .integer(vocabularySize), "n_positions": .integer(maximumPositions),
      "layer_norm_epsilon": .number(epsilon),
      "activation_function": .string(activation.configName),
      "scale_attn_weights": .bool(scalesScores),
      "scale_attn_by_inverse_layer_idx": .bool(scalesByLayer), ModelConfig.tieKey: .bool(isTied),
    ]
  }

  var blueprint: Blueprint {
    let table = [vocabularySize, hiddenSize]
    return Blueprint(
      embedding: EmbeddingPlan(
        tokens: TensorPlan("transformer.wte.weight", table, .matrix),
        positions: TensorPlan(
          "transformer.wpe.weight", [maximumPositions, hiddenSize], .positions)),
      layers: (0..<layerCount).map(layer), norm: norm("transformer.ln_f"),
      head: HeadPlan(weight: TensorPlan("lm_head.weight", table, .matrix), isEmbedding: isTied),
      maximumPositions: maximumPositions)
  }

  private func layer(_ index: Int) -> LayerPlan {
    let path = "transformer.h.\(index)"
    let scale = scalesScores ? 1 / Float(headWidth).squareRoot() : 1
    return LayerPlan(
      attentionNorm: norm("\(path).ln_1"),
      mixer: .attention(
        AttentionPlan(
          projections: .fused(
            linear("\(path).attn.c_attn", hiddenSize, 3 * hiddenSize), byGroup: false),
          output: linear("\(path).attn.c_proj", hiddenSize, hiddenSize, writesResidual: true),
          shape: AttentionShape(
            headCount: headCount, keyValueHeadCount: headCount, headWidth: headWidth),
          options: AttentionOptions(scale: scalesByLayer ? scale / Float(index + 1) : scale))),
      feedForwardNorm: norm("\(path).ln_2"),
      feedForward: FeedForwardPlan(
        up: linear("\(path).mlp.c_fc", hiddenSize, innerSize),
        down: linear("\(path).mlp.c_proj", innerSize, hiddenSize, writesResidual: true),
        activation: activation))
  }

  private func linear(
    _ path: String, _ inputs: Int, _ outputs: Int, writesResidual: Bool = false
  ) -> LinearPlan {
    LinearPlan(
      path: path, inputs: inputs, outputs: outputs, hasBias: true, writesResidual: writesResidual,
      isTurnedInFiles: true)
  }

  private func norm(_ path: String) -> NormPlan {
    NormPlan(path: path, width: hiddenSize, kind: .layer, epsilon: epsilon)
  }
}
