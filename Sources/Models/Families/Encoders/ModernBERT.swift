import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// An encoder with rotary positions, windows to both sides in most blocks, gated feed-forward layers
  /// and norms before the parts of a block.
  ///
  /// Source: Warner et al. 2024, arXiv:2412.13663, section 2.1, as in Hugging Face `ModernBertModel`.
  static let modernBERT = ModelFamily(
    modelType: "modernbert", architecture: "ModernBertForMaskedLM",
    defaults: [
      "vocab_size": 50_368, "hidden_size": 768, "intermediate_size": 1152,
      "num_hidden_layers": 22, "num_attention_heads": 12, "hidden_activation": "gelu",
      "max_position_embeddings": 8192, "norm_eps": 1e-5, "norm_bias": false,
      "attention_bias": false, "mlp_bias": false, "decoder_bias": true, "classifier_bias": false,
      "classifier_activation": "gelu", "classifier_pooling": "cls", "local_attention": 128,
      "global_attn_every_n_layers": 3, "global_rope_theta": 160_000, "local_rope_theta": 10_000,
      ModelConfig.tieKey: true,
    ], prefix: "model."
  ) { (file) throws(CheckpointError) in
    let plan = try ModernBERTPlan(file)
    let heads = plan.heads
    let forms = try EncoderHead.ordered(heads, file).map { plan.blueprint("model.", $0.plan) }
    return Description(
      blueprint: plan.blueprint("model.", heads[0].plan), members: plan.members,
      forms: forms + ["", "model."].map { plan.blueprint($0, .missing(plan.tokens($0))) })
  }
}

/// The sizes of a ModernBERT, and what of it may be left out.
private struct ModernBERTPlan {
  let hiddenSize: Int
  let innerSize: Int
  let headCount: Int
  let headWidth: Int
  let vocabularySize: Int
  let maximumPositions: Int
  let epsilon: Double
  let activation: Activation
  let headActivation: Activation
  let normBias: Bool
  let attentionBias: Bool
  let mlpBias: Bool
  let headBias: Bool
  let decoderBias: Bool
  let isTied: Bool
  /// Whether each block sees no more than a window.
  let isSliding: [Bool]
  /// The width of a window, both sides together.
  let window: Int
  let theta: Double
  let windowedTheta: Double
  let pooling: LabelTask.Reading
  let labels: [String]
  let labelKind: LabelTask.Kind

  init(_ file: ConfigReader) throws(CheckpointError) {
    hiddenSize = try file.hiddenSize()
    innerSize = try file.size("intermediate_size", ConfigReader.innerWidths)
    headCount = try file.headCount()
    headWidth = try file.headShare(hiddenSize: hiddenSize, headCount: headCount)
    vocabularySize = try file.vocabularySize()
    maximumPositions = try file.size("max_position_embeddings", ConfigReader.positions)
    epsilon = try file.normEpsilon("norm_eps")
    activation = try Activation("hidden_activation", file)
    headActivation = try Activation("classifier_activation", file)
    normBias = try file.bool("norm_bias", default: false)
    attentionBias = try file.bool("attention_bias", default: false)
    mlpBias = try file.bool("mlp_bias", default: false)
    headBias = try file.bool("classifier_bias", default: false)
    decoderBias = try file.bool("decoder_bias", default: true)
    isTied = try file.bool(ModelConfig.tieKey, default: true)
    window = try file.size("local_attention", ConfigReader.positions)
    isSliding = try Self.sliding(file)
    (theta, windowedTheta) = try Self.thetas(file)
    guard let pooling = Self.poolings[try file.string("classifier_pooling") ?? ""] else {
      throw file.wrong("classifier_pooling", "\"cls\" or \"mean\"")
    }
    self.pooling = pooling
    labels = try file.labels()
    labelKind = try file.labelKind(labels)
  }

  private static let poolings: [String: LabelTask.Reading] = ["cls": .firstToken, "mean": .mean]

  private static let slidingType = "sliding_attention"
  private static let fullType = "full_attention"

  /// Which blocks have a window: by their types, or all but every n-th.
  private static func sliding(_ file: ConfigReader) throws(CheckpointError) -> [Bool] {
    let count = try file.layerCount()
    guard file.value("layer_types") != nil else {
      let interval = try file.size("global_attn_every_n_layers", 1...1024)
      return (0..<count).map { $0 % interval != 0 }
    }
    let types = try file.strings("layer_types")
    guard types.count == count, types.allSatisfy({ [slidingType, fullType].contains($0) }) else {
      throw file.wrong("layer_types", "\"\(slidingType)\" or \"\(fullType)\" for each layer")
    }
    return types.map { $0 == slidingType }
  }

  /// The bases of the frequencies: those of `rope_parameters`, or by names of the family's own.
  private static func thetas(
    _ file: ConfigReader
  ) throws(CheckpointError) -> (full: Double, sliding: Double) {
    guard file.value("rope_scaling").map(\.isOff) ?? true else {
      throw file.wrong("rope_scaling", "null: positions are not scaled in modernbert models here")
    }
    let parameters = try file.section("rope_parameters")
    func theta(_ part: String, _ key: String) throws(CheckpointError) -> Double {
      let own = try parameters?.section(part)
      let type = try own?.string("rope_type") ?? "default"
      guard type == "default" else {
        throw .unsupported(
          path: file.path, key: "rope_type", value: "\"\(shown(type))\"",
          reason: "positions are not scaled in modernbert models here")
      }
      let inside = try own?.double("rope_theta", above: 0, upTo: 1e12)
      let outside = try file.double(key, above: 0, upTo: 1e12)
      return try file.required(inside ?? outside, key)
    }
    return (
      try theta(fullType, "global_rope_theta"), try theta(slidingType, "local_rope_theta")
    )
  }
}

extension ModernBERTPlan {
  var members: JSONObject {
    func rope(_ theta: Double) -> JSONValue {
      ["rope_type": "default", "rope_theta": .number(theta)]
    }
    return [
      "hidden_size": .integer(hiddenSize), "intermediate_size": .integer(innerSize),
      "num_hidden_layers": .integer(isSliding.count), "num_attention_heads": .integer(headCount),
      "vocab_size": .integer(vocabularySize),
      "max_position_embeddings": .integer(maximumPositions), "norm_eps": .number(epsilon),
      "hidden_activation": .string(activation.configName),
      "classifier_activation": .string(headActivation.configName),
      "norm_bias": .bool(normBias), "attention_bias": .bool(attentionBias),
      "mlp_bias": .bool(mlpBias), "classifier_bias": .bool(headBias),
      "decoder_bias": .bool(decoderBias), "local_attention": .integer(window),
      "global_rope_theta": .number(theta), "local_rope_theta": .number(windowedTheta),
      "layer_types": .array(
        isSliding.map { .string($0 ? Self.slidingType : Self.fullType) }),
      "rope_parameters": [Self.fullType: rope(theta), Self.slidingType: rope(windowedTheta)],
      ModelConfig.tieKey: .bool(isTied),
    ]
  }

  /// The model under `prefix`, with one of its heads.
  func blueprint(_ prefix: String, _ head: HeadPlan) -> Blueprint {
    Blueprint(
      embedding: EmbeddingPlan(tokens: tokens(prefix), norm: norm("\(prefix)embeddings.norm")),
      layers: isSliding.indices.map { layer($0, "\(prefix)layers.\($0)") },
      norm: norm("\(prefix)final_norm"), head: head, maximumPositions: maximumPositions)
  }

  func tokens(_ prefix: String) -> TensorPlan {
    TensorPlan(
      "\(prefix)embeddings.tok_embeddings.weight", [vocabularySize, hiddenSize], .matrix)
  }

  private func layer(_ index: Int, _ path: String) -> LayerPlan {
    // Half of the window on each side, and the token itself.
    let reach = isSliding[index] ? window / 2 + 1 : nil
    return LayerPlan(
      // The embeddings are normalised already.
      attentionNorm: index == 0 ? nil : norm("\(path).attn_norm"),
      mixer: .attention(
        AttentionPlan(
          projections: .fused(
            linear("\(path).attn.Wqkv", hiddenSize, 3 * hiddenSize, hasBias: attentionBias),
            byGroup: false),
          output: linear(
            "\(path).attn.Wo", hiddenSize, hiddenSize, hasBias: attentionBias, writesResidual: true),
          shape: AttentionShape(
            headCount: headCount, keyValueHeadCount: headCount, headWidth: headWidth),
          options: AttentionOptions(
            scale: 1 / Float(headWidth).squareRoot(), isCausal: false, window: reach),
          rotary: RotaryPlan(theta: isSliding[index] ? windowedTheta : theta, width: headWidth))),
      feedForwardNorm: norm("\(path).mlp_norm"),
      feedForward: FeedForwardPlan(
        up: linear("\(path).mlp.Wi", hiddenSize, 2 * innerSize, hasBias: mlpBias),
        upHoldsGate: true,
        down: linear(
          "\(path).mlp.Wo", innerSize, hiddenSize, hasBias: mlpBias, writesResidual: true),
        activation: activation))
  }

  /// The heads that files may have.
  var heads: [EncoderHead] {
    [
      EncoderHead(
        suffix: "ForMaskedLM",
        plan: head(
          "decoder", outputs: vocabularySize, isEmbedding: isTied, hasBias: decoderBias,
          .maskedToken)),
      EncoderHead(
        suffix: "ForSequenceClassification",
        plan: classifier(LabelTask(names: labels, reading: pooling, kind: labelKind))),
      EncoderHead(
        suffix: "ForTokenClassification",
        plan: classifier(LabelTask(names: labels, reading: .eachToken))),
      EncoderHead(
        suffix: "ForQuestionAnswering",
        plan: classifier(
          LabelTask(names: ["start", "end"], reading: .eachToken), output: "qa_outputs")),
    ]
  }

  private func classifier(_ task: LabelTask, output: String = "classifier") -> HeadPlan {
    head(output, outputs: task.names.count, isEmbedding: false, hasBias: true, .labels(task))
  }

  private func head(
    _ output: String, outputs: Int, isEmbedding: Bool, hasBias: Bool, _ task: HeadTask
  ) -> HeadPlan {
    HeadPlan(
      weight: TensorPlan("\(output).weight", [outputs, hiddenSize], .matrix),
      isEmbedding: isEmbedding,
      projection: linear("head.dense", hiddenSize, hiddenSize, hasBias: headBias),
      activation: headActivation, norm: norm("head.norm"),
      bias: hasBias ? TensorPlan("\(output).bias", [outputs], .bias) : nil, task: task)
  }

  private func linear(
    _ path: String, _ inputs: Int, _ outputs: Int, hasBias: Bool, writesResidual: Bool = false
  ) -> LinearPlan {
    LinearPlan(
      path: path, inputs: inputs, outputs: outputs, hasBias: hasBias,
      writesResidual: writesResidual)
  }

  private func norm(_ path: String) -> NormPlan {
    NormPlan(path: path, width: hiddenSize, kind: .layer, epsilon: epsilon, hasBias: normBias)
  }
}
