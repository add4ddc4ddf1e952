import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Qwen 3 in which most layers keep a state in the place of attention, which is gated where it is.
  ///
  /// Source: as in Hugging Face `Qwen3_5TextModel`.
  static let qwen35 = ofLlamaKind(
    "qwen3_5_text", architecture: "Qwen3_5ForCausalLM",
    defaults: [
      "vocab_size": 248_320, "hidden_size": 4096, "intermediate_size": 12_288,
      "num_hidden_layers": 32, "num_attention_heads": 16, "num_key_value_heads": 4,
      "head_dim": 256, "max_position_embeddings": 32_768, "partial_rotary_factor": 0.25,
      "attention_bias": false, "full_attention_interval": 4, "linear_conv_kernel_dim": 4,
      "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_num_key_heads": 16,
      "linear_num_value_heads": 32,
    ], keys: .withTurnedShare,
    readKeys: queryKeyNormKeys.union(["attn_output_gate", "full_attention_interval"])
  ) { (plan, file) throws(CheckpointError) in
    plan.attentionBias = try file.bool("attention_bias", default: false)
    plan.attentionOutputBias = plan.attentionBias
    plan.queryKeyNorms = .ofHeads
    plan.normKind = .rootMeanSquare(offset: 1)
    plan.gatesAttention = true
    plan.deltaNets = try DeltaNetMix(file, layerCount: plan.layerCount)
  }
}

/// Which layers of a model of llama's kind keep a state in the place of attention, and what it is like.
struct DeltaNetMix {
  let isInPlace: [Bool]
  let shape: DeltaRuleShape
  /// How many rows the convolution looks at.
  let size: Int

  private static let type = "linear_attention"
  private static let otherType = "full_attention"

  /// Reads the types of layers; without, each of an interval but the last has a state.
  init(_ file: ConfigReader, layerCount: Int) throws(CheckpointError) {
    size = try file.size("linear_conv_kernel_dim", 1...ConvolutionLimit.size)
    let (heads, widths) = (1...1024, 1...DeltaRuleShape.keyWidthLimit)
    let keyHeadCount = try file.size("linear_num_key_heads", heads)
    let valueHeadCount = try file.size("linear_num_value_heads", heads)
    guard valueHeadCount % keyHeadCount == 0 else {
      throw file.wrong(
        "linear_num_value_heads", "a multiple of linear_num_key_heads, \(keyHeadCount)")
    }
    shape = DeltaRuleShape(
      keyHeadCount: keyHeadCount, valueHeadCount: valueHeadCount,
      keyWidth: try file.size("linear_key_head_dim", widths),
      valueWidth: try file.size("linear_value_head_dim", widths))
    let interval = try file.size("full_attention_interval", 1...1024)
    isInPlace =
      try file.layerTypes([Self.type, Self.otherType], count: layerCount)?.map { $0 == Self.type }
      ?? (1...layerCount).map { $0 % interval != 0 }
  }

  func plan(
    _ path: String, hiddenSize: Int, epsilon: Double, activation: Activation
  ) -> DeltaNetPlan {
    let (heads, values) = (shape.valueHeadCount, shape.allValuesWidth)
    let width = 2 * shape.allKeysWidth + values
    func input(_ name: String, _ outputs: Int) -> LinearPlan {
      LinearPlan(path: "\(path).\(name)", inputs: hiddenSize, outputs: outputs)
    }
    return DeltaNetPlan(
      input: input("in_proj_qkv", width), gate: input("in_proj_z", values),
      beta: input("in_proj_b", heads), decay: input("in_proj_a", heads),
      convolution: TensorPlan("\(path).conv1d.weight", [width, 1, size], .convolution),
      decayBias: TensorPlan("\(path).dt_bias", [heads], .bias),
      decayRate: TensorPlan("\(path).A_log", [heads], .bias), activation: activation,
      norm: NormPlan(
        path: "\(path).norm", width: shape.valueWidth, kind: .rootMeanSquare(offset: 0),
        epsilon: epsilon),
      output: LinearPlan(
        path: "\(path).out_proj", inputs: values, outputs: hiddenSize, writesResidual: true),
      shape: shape)
  }

  /// The keys of config.json that it follows from.
  var members: JSONObject {
    [
      "layer_types": .array(isInPlace.map { .string($0 ? Self.type : Self.otherType) }),
      "linear_conv_kernel_dim": .integer(size),
      "linear_num_key_heads": .integer(shape.keyHeadCount),
      "linear_num_value_heads": .integer(shape.valueHeadCount),
      "linear_key_head_dim": .integer(shape.keyWidth),
      "linear_value_head_dim": .integer(shape.valueWidth),
    ]
  }
}
