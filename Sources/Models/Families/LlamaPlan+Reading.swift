import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// A family of llama's kind: `set` sets what differs from llama.
  ///
  /// `activationKey` names the activation; with `hasRopeByLayerType` layers with a window have a
  /// theta of their own.
  static func ofLlamaKind(
    _ modelType: String, architecture: String, defaults: JSONObject,
    endOfSequenceID: Int? = nil, activationKey: String = "hidden_act",
    hasRopeByLayerType: Bool = false, readKeys: Set<String> = [],
    otherParts: [String: String] = [:],
    set: @escaping @Sendable (inout LlamaPlan, ConfigReader) throws(CheckpointError) -> Void
  ) -> ModelFamily {
    let shared: JSONObject = [
      "rms_norm_eps": 1e-6, "rope_theta": 10_000, ModelConfig.tieKey: false,
      activationKey: "silu",
    ]
    let describe: @Sendable (ConfigReader) throws(CheckpointError) -> Description = {
      (file) throws(CheckpointError) in
      var plan = try LlamaPlan(
        file, modelType, activationKey: activationKey, hasRopeByLayerType: hasRopeByLayerType)
      try set(&plan, file)
      return Description(
        blueprint: plan.blueprint, members: plan.members(activationKey: activationKey))
    }
    return ModelFamily(
      modelType: modelType, architecture: architecture, defaults: shared.overlaid(by: defaults),
      nullableKeys: [
        "num_key_value_heads", "sliding_window", "attn_logit_softcapping",
        "final_logit_softcapping",
      ],
      readKeys: readKeys, endOfSequenceID: endOfSequenceID, prefix: "model.",
      otherParts: otherParts, describe: describe)
  }
}

extension LlamaPlan {
  fileprivate init(
    _ file: ConfigReader, _ modelType: String, activationKey: String, hasRopeByLayerType: Bool
  ) throws(CheckpointError) {
    hiddenSize = try file.hiddenSize()
    intermediateSize = try file.size("intermediate_size", ConfigReader.innerWidths)
    layerCount = try file.layerCount()
    headCount = try file.headCount()
    keyValueHeadCount = try file.int("num_key_value_heads", in: 1...headCount) ?? headCount
    guard headCount % keyValueHeadCount == 0 else {
      throw file.wrong("num_key_value_heads", "a divisor of num_attention_heads, \(headCount)")
    }
    headWidth = try file.headWidth(hiddenSize: hiddenSize, headCount: headCount)
    vocabularySize = try file.vocabularySize()
    maximumPositions = try file.size("max_position_embeddings", ConfigReader.positions)
    normEpsilon = try file.required(
      file.double("rms_norm_eps", above: 0, upTo: 0.1), "rms_norm_eps")
    (ropeTheta, ropeScaling) = try file.rope(
      modelType, byLayerType: hasRopeByLayerType, maximumPositions: maximumPositions)
    isTied = try file.bool(ModelConfig.tieKey, default: false)
    activation = try Self.activation(file, modelType, key: activationKey)
    queryScalar = Double(headWidth)
    windows = Array(repeating: nil, count: layerCount)
    isSliding = Array(repeating: false, count: layerCount)
  }

  /// The activation; gemma's first files say `gelu` and mean its form by tanh.
  ///
  /// Of the two keys in use each family reads one: where the other asks for something else, that
  /// would go unheard.
  private static func activation(
    _ file: ConfigReader, _ modelType: String, key: String
  ) throws(CheckpointError) -> Activation {
    let isGemma = modelType.hasPrefix("gemma")
    let stated = try Activation(key, file)
    let activation = isGemma && key == "hidden_act" && stated == .gelu ? .geluTanh : stated
    let otherKey = key == "hidden_act" ? "hidden_activation" : "hidden_act"
    guard let other = file.value(otherKey)?.string, other != "gelu" || otherKey != "hidden_act",
      Activation(configName: other) != activation
    else { return activation }
    throw .unsupported(
      path: file.path, key: otherKey, value: "\"\(shown(other))\"",
      reason: "\(modelType) models go by `\(key)`, which is \(activation.configName)")
  }
}
