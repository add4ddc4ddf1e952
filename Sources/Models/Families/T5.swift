import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// A half that reads the prompt and a half that writes the answer; positions add a learned number to
  /// scores by their distance, the same in all blocks of a half.
  ///
  /// Source: Raffel et al. 2019, arXiv:1910.10683, section 2.1, as in Hugging Face `T5Model`.
  static let t5 = ofT5Kind(
    "t5", architecture: "T5ForConditionalGeneration", defaults: ["d_model": 512, "num_heads": 8]
  ) { (plan, file) throws(CheckpointError) in
    try plan.setScale(file)
  }

  /// T5 of many languages, whose outputs are never scaled.
  ///
  /// Source: Xue et al. 2020, arXiv:2010.11934.
  static let mt5 = ofT5Kind(
    "mt5", architecture: "MT5ForConditionalGeneration",
    defaults: [
      "vocab_size": 250_112, "d_model": 512, "d_ff": 1024, "num_layers": 8, "num_heads": 6,
      "feed_forward_proj": "gated-gelu",
    ]
  ) { (_, _) throws(CheckpointError) in }

  /// mT5 with numbers of each block's own for distances.
  ///
  /// Source: Chung et al. 2023, arXiv:2304.09151.
  static let umt5 = ofT5Kind(
    "umt5", architecture: "UMT5ForConditionalGeneration",
    defaults: [
      "vocab_size": 250_112, "d_model": 512, "d_ff": 1024, "num_layers": 8, "num_heads": 6,
      "feed_forward_proj": "gated-gelu",
    ]
  ) { (plan, file) throws(CheckpointError) in
    plan.sharesDistances = false
    try plan.setScale(file)
  }

  private static func ofT5Kind(
    _ modelType: String, architecture: String, defaults: JSONObject,
    set: @escaping @Sendable (inout T5Plan, ConfigReader) throws(CheckpointError) -> Void
  ) -> ModelFamily {
    let shared: JSONObject = [
      "vocab_size": 32_128, "d_kv": 64, "d_ff": 2048, "num_layers": 6,
      "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128,
      "layer_norm_epsilon": 1e-6, "feed_forward_proj": "relu", "n_positions": 512,
      "decoder_start_token_id": 0,
    ]
    return ModelFamily(
      modelType: modelType, architecture: architecture, defaults: shared.overlaid(by: defaults),
      positionsKey: "n_positions", readKeys: ["is_encoder_decoder"], endOfSequenceID: 1,
      prefix: "", otherNames: ["shared.weight": "encoder.embed_tokens.weight"],
      derivedNames: [
        "encoder.embed_tokens.weight", "decoder.embed_tokens.weight",
        // Of no effect, and left in the first files.
        "layer.1.EncDecAttention.relative_attention_bias.weight",
      ]
    ) { (file) throws(CheckpointError) in
      var plan = try T5Plan(file)
      try set(&plan, file)
      return Description(
        blueprint: plan.blueprint, members: plan.members,
        forms: [plan.blueprint, plan.readingHalf])
    }
  }
}

/// The sizes of a T5, and what differs between its versions.
struct T5Plan {
  let hiddenSize: Int
  let innerSize: Int
  let headCount: Int
  let headWidth: Int
  /// Blocks of the half that reads.
  let readingCount: Int
  /// Blocks of the half that writes.
  let writingCount: Int
  let vocabularySize: Int
  let maximumPositions: Int
  let bucketCount: Int
  let maximumDistance: Int
  let epsilon: Double
  let activation: Activation
  let isGated: Bool
  let activationName: String
  let startID: Int
  /// Whether hidden states are divided by the root of their width before the head; nil in families
  /// that never do and have no word for it.
  var scalesOutput: Bool?
  /// Whether all blocks of a half add the numbers of its first one.
  var sharesDistances = true

  fileprivate init(_ file: ConfigReader) throws(CheckpointError) {
    hiddenSize = try file.hiddenSize("d_model")
    innerSize = try file.size("d_ff", ConfigReader.innerWidths)
    headCount = try file.headCount("num_heads")
    headWidth = try file.size("d_kv", 1...256)
    readingCount = try file.layerCount("num_layers")
    writingCount = try file.int("num_decoder_layers", in: 1...1024) ?? readingCount
    vocabularySize = try file.vocabularySize()
    maximumPositions = try file.size("n_positions", ConfigReader.positions)
    bucketCount = try file.size("relative_attention_num_buckets", 4...65_536)
    maximumDistance = try file.size("relative_attention_max_distance", ConfigReader.positions)
    epsilon = try file.required(
      file.double("layer_norm_epsilon", above: 0, upTo: 0.1), "layer_norm_epsilon")
    (activation, isGated, activationName) = try Self.activation(file)
    startID = try file.size("decoder_start_token_id", 0...vocabularySize - 1)
    guard bucketCount % 4 == 0, maximumDistance > bucketCount / 2 else {
      throw file.wrong(
        "relative_attention_num_buckets",
        "a multiple of 4, below twice relative_attention_max_distance, \(maximumDistance)")
    }
    guard try file.bool("is_encoder_decoder", default: true) else {
      throw file.wrong("is_encoder_decoder", "true")
    }
  }

  /// Reads whether the output is scaled: not in files of version 1.1, which have a head of their own
  /// and say so.
  fileprivate mutating func setScale(_ file: ConfigReader) throws(CheckpointError) {
    let isUntied = file.value(ModelConfig.tieKey) == .bool(false)
    scalesOutput = try file.bool("scale_decoder_outputs", default: !isUntied)
  }

  /// Reads `relu`, or `gated-` and an activation; GELU is its form by tanh there.
  private static func activation(
    _ file: ConfigReader
  ) throws(CheckpointError) -> (Activation, isGated: Bool, name: String) {
    let key = "feed_forward_proj"
    let name = try file.required(file.string(key), key)
    let isGated = name.hasPrefix("gated-")
    let plain = isGated ? String(name.dropFirst("gated-".count)) : name
    if isGated, plain == "gelu" { return (.geluTanh, true, name) }
    guard let activation = Activation(configName: plain) else {
      throw file.wrong(key, "an activation such as \"relu\", or \"gated-gelu\"")
    }
    return (activation, isGated, name)
  }

  var members: JSONObject {
    var members: JSONObject = [
      "d_model": .integer(hiddenSize), "d_ff": .integer(innerSize), "d_kv": .integer(headWidth),
      "num_heads": .integer(headCount), "num_layers": .integer(readingCount),
      "num_decoder_layers": .integer(writingCount), "vocab_size": .integer(vocabularySize),
      "n_positions": .integer(maximumPositions),
      "relative_attention_num_buckets": .integer(bucketCount),
      "relative_attention_max_distance": .integer(maximumDistance),
      "layer_norm_epsilon": .number(epsilon), "feed_forward_proj": .string(activationName),
      "decoder_start_token_id": .integer(startID), "is_encoder_decoder": true,
    ]
    guard let scalesOutput else { return members }
    // Before transformers 5 the word for it was whether the head is tied, whatever the file holds.
    members["scale_decoder_outputs"] = .bool(scalesOutput)
    members[ModelConfig.tieKey] = .bool(scalesOutput)
    return members
  }
}

// MARK: What it is made of

extension T5Plan {
  /// Both halves.
  fileprivate var blueprint: Blueprint {
    var blueprint = Blueprint(
      embedding: embedding,
      layers: (0..<writingCount).map { writingLayer($0) }, norm: norm("decoder.final_layer_norm"),
      head: HeadPlan(
        weight: TensorPlan("lm_head.weight", [vocabularySize, hiddenSize], .matrix),
        isEmbedding: true,
        scale: scalesOutput == true ? 1 / Double(hiddenSize).squareRoot() : 1),
      maximumPositions: maximumPositions)
    blueprint.reader = ReaderPlan(
      layers: (0..<readingCount).map { readingLayer($0) }, norm: norm("encoder.final_layer_norm"),
      startID: startID)
    return blueprint
  }

  /// The half that reads, alone: for vectors of texts.
  fileprivate var readingHalf: Blueprint {
    Blueprint(
      embedding: embedding, layers: (0..<readingCount).map { readingLayer($0) },
      norm: norm("encoder.final_layer_norm"), head: .missing(embedding.tokens),
      maximumPositions: maximumPositions)
  }

  private var embedding: EmbeddingPlan {
    EmbeddingPlan(tokens: TensorPlan("shared.weight", [vocabularySize, hiddenSize], .matrix))
  }

  private func readingLayer(_ index: Int) -> LayerPlan {
    let path = "encoder.block.\(index).layer"
    return LayerPlan(
      attentionNorm: norm("\(path).0.layer_norm"),
      mixer: .attention(
        attention(
          "\(path).0.SelfAttention", isCausal: false,
          distances: distances("encoder", index, isBidirectional: true))),
      feedForwardNorm: norm("\(path).1.layer_norm"),
      feedForward: feedForward("\(path).1.DenseReluDense"))
  }

  private func writingLayer(_ index: Int) -> LayerPlan {
    let path = "decoder.block.\(index).layer"
    return LayerPlan(
      attentionNorm: norm("\(path).0.layer_norm"),
      mixer: .attention(
        attention(
          "\(path).0.SelfAttention", isCausal: true,
          distances: distances("decoder", index, isBidirectional: false))),
      crossAttention: CrossAttentionPlan(
        norm: norm("\(path).1.layer_norm"),
        attention: attention("\(path).1.EncDecAttention", isCausal: false)),
      feedForwardNorm: norm("\(path).2.layer_norm"),
      feedForward: feedForward("\(path).2.DenseReluDense"))
  }

  /// Numbers by distance, of the first block or of each.
  private func distances(_ half: String, _ index: Int, isBidirectional: Bool) -> DistancePlan {
    let block = sharesDistances ? 0 : index
    return DistancePlan(
      table: TensorPlan(
        "\(half).block.\(block).layer.0.SelfAttention.relative_attention_bias.weight",
        [bucketCount, headCount], .positions),
      isBidirectional: isBidirectional, maximumDistance: maximumDistance)
  }

  private func attention(
    _ path: String, isCausal: Bool, distances: DistancePlan? = nil
  ) -> AttentionPlan {
    let width = headCount * headWidth
    func projection(_ name: String) -> LinearPlan {
      LinearPlan(path: "\(path).\(name)", inputs: hiddenSize, outputs: width)
    }
    return AttentionPlan(
      projections: .separate(query: projection("q"), key: projection("k"), value: projection("v")),
      output: LinearPlan(
        path: "\(path).o", inputs: width, outputs: hiddenSize, writesResidual: true),
      shape: AttentionShape(
        headCount: headCount, keyValueHeadCount: headCount, headWidth: headWidth),
      options: AttentionOptions(scale: 1, isCausal: isCausal), distances: distances)
  }

  private func feedForward(_ path: String) -> FeedForwardPlan {
    func linear(_ name: String) -> LinearPlan {
      LinearPlan(path: "\(path).\(name)", inputs: hiddenSize, outputs: innerSize)
    }
    return FeedForwardPlan(
      gate: isGated ? linear("wi_0") : nil, up: linear(isGated ? "wi_1" : "wi"),
      down: LinearPlan(
        path: "\(path).wo", inputs: innerSize, outputs: hiddenSize, writesResidual: true),
      activation: activation)
  }

  private func norm(_ path: String) -> NormPlan {
    NormPlan(
      path: path, width: hiddenSize, kind: .rootMeanSquare(offset: 0), epsilon: epsilon)
  }
}
