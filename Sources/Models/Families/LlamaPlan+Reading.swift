import Checkpoints
import Serialization
import Tensors

/// The keys of config.json that families of llama's kind call differently.
struct LlamaKeys: Sendable {
  /// Of the activation.
  var activation = "hidden_act"
  /// Of what norms add under the root.
  var epsilon = "rms_norm_eps"
  /// Whether layers with a window have a theta of their own.
  var hasRopeByLayerType = false
  /// Of that theta, where it may stand beside the objects of positions.
  var windowedTheta: String?
  /// Whether the config says how much of each head positions turn.
  var hasTurnedShare = false

  /// The families that say it.
  static let withTurnedShare = LlamaKeys(hasTurnedShare: true)
}

extension ModelFamily {
  /// A family of llama's kind: `set` sets what differs from llama.
  ///
  /// A null of one of the `nullableKeys` says something else than leaving the key out.
  static func ofLlamaKind(
    _ modelType: String, architecture: String, defaults: JSONObject,
    endOfSequenceID: Int? = nil, keys: LlamaKeys = LlamaKeys(),
    aliases: [String: String] = [:], nullableKeys: Set<String> = [],
    readKeys: Set<String> = [],
    set: @escaping @Sendable (inout LlamaPlan, ConfigReader) throws(CheckpointError) -> Void
  ) -> ModelFamily {
    let shared: JSONObject = [
      keys.epsilon: 1e-6, "rope_theta": 10_000, ModelConfig.tieKey: false,
      keys.activation: "silu",
    ]
    let describe: @Sendable (ConfigReader) throws(CheckpointError) -> Description = {
      (file) throws(CheckpointError) in
      var plan = try LlamaPlan(file, modelType, keys)
      try set(&plan, file)
      return Description(blueprint: plan.blueprint, members: plan.members(keys))
    }
    return ModelFamily(
      modelType: modelType, architecture: architecture, defaults: shared.overlaid(by: defaults),
      aliases: aliases,
      nullableKeys: nullableKeys.union(["num_key_value_heads", "sliding_window"]),
      readKeys: keys.hasTurnedShare ? readKeys.union(["partial_rotary_factor"]) : readKeys,
      endOfSequenceID: endOfSequenceID, prefix: "model.", describe: describe)
  }
}

extension LlamaPlan {
  fileprivate init(
    _ file: ConfigReader, _ modelType: String, _ keys: LlamaKeys
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
    normEpsilon = try file.normEpsilon(keys.epsilon)
    turnedShare = keys.hasTurnedShare ? try file.turnedShare("partial_rotary_factor") : nil
    turnedWidth = Int(Double(headWidth) * (turnedShare ?? 1))
    (ropeTheta, ropeScaling) = try file.rope(
      modelType, byLayerType: keys.hasRopeByLayerType, maximumPositions: maximumPositions,
      turnedWidth: turnedWidth)
    isTied = try file.bool(ModelConfig.tieKey, default: false)
    activation = try Self.activation(file, modelType, key: keys.activation)
    scoreScale = 1 / Float(headWidth).squareRoot()
    windows = Array(repeating: nil, count: layerCount)
    isSliding = Array(repeating: false, count: layerCount)
    isTurned = Array(repeating: true, count: layerCount)
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
