import Checkpoints
import Serialization

/// The keys of config.json that families of GPT's kind have sizes under.
struct GPTKeys: Sendable {
  let hiddenSize: String
  let layerCount: String
  let headCount: String
  let positions: String
  /// Of the width inside the feed-forward layer; four times the hidden size where it is left out.
  var innerSize: String?
  var epsilon: String? = "layer_norm_epsilon"
}

extension GPTPlan.Sizes {
  init(_ file: ConfigReader, _ keys: GPTKeys) throws(CheckpointError) {
    hiddenSize = try file.hiddenSize(keys.hiddenSize)
    let stated =
      if let key = keys.innerSize { try file.int(key, in: ConfigReader.innerWidths) } else {
        nil as Int?
      }
    innerSize = stated ?? 4 * hiddenSize
    layerCount = try file.layerCount(keys.layerCount)
    headCount = try file.headCount(keys.headCount)
    headWidth = try file.headShare(
      hiddenSize: hiddenSize, headCount: headCount, headsKey: keys.headCount,
      hiddenKey: keys.hiddenSize)
    vocabularySize = try file.vocabularySize()
    maximumPositions = try file.size(keys.positions, ConfigReader.positions)
  }

  /// The sizes under the family's keys.
  func members(_ keys: GPTKeys) -> JSONObject {
    var members: JSONObject = [
      keys.hiddenSize: .integer(hiddenSize), keys.layerCount: .integer(layerCount),
      keys.headCount: .integer(headCount), "vocab_size": .integer(vocabularySize),
      keys.positions: .integer(maximumPositions),
    ]
    if let key = keys.innerSize { members[key] = .integer(innerSize) }
    return members
  }
}

extension ConfigReader {
  /// How positions turn whole heads.
  func rotary(
    _ modelType: String, _ sizes: GPTPlan.Sizes
  ) throws(CheckpointError) -> RotaryPlan {
    let (theta, scaling) = try rope(
      modelType, maximumPositions: sizes.maximumPositions, turnedWidth: sizes.headWidth)
    return RotaryPlan(theta: theta, scaling: scaling, width: sizes.headWidth)
  }
}

extension ModelFamily {
  /// A family of GPT's kind: `describe` makes its plan of the sizes.
  static func ofGPTKind(
    _ modelType: String, architecture: String, defaults: JSONObject, keys: GPTKeys,
    prefix: String = "transformer.", endOfSequenceID: Int?, aliases: [String: String] = [:],
    nullableKeys: Set<String> = [], readKeys: Set<String> = [],
    describe: @escaping @Sendable (ConfigReader, GPTPlan.Sizes) throws(CheckpointError) -> GPTPlan
  ) -> ModelFamily {
    let read: @Sendable (ConfigReader) throws(CheckpointError) -> Description = {
      (file) throws(CheckpointError) in
      let plan = try describe(file, try GPTPlan.Sizes(file, keys))
      var members = plan.sizes.members(keys)
      members[ModelConfig.tieKey] = .bool(plan.isTied)
      return Description(blueprint: plan.blueprint, members: members)
    }
    return ModelFamily(
      modelType: modelType, architecture: architecture, defaults: defaults, aliases: aliases,
      nullableKeys: nullableKeys, positionsKey: keys.positions, readKeys: readKeys,
      endOfSequenceID: endOfSequenceID, prefix: prefix,
      // The causal mask, and angles, which old files keep.
      derivedNames: ["attn.bias", "attn.masked_bias", "rotary_emb.inv_freq"], describe: read)
  }
}
