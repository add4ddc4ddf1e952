import Serialization

extension LlamaPlan {
  /// The keys of config.json that it follows from, under the family's names.
  func members(_ keys: LlamaKeys) -> JSONObject {
    var members: JSONObject = [
      "hidden_size": .integer(hiddenSize), "intermediate_size": .integer(intermediateSize),
      "num_hidden_layers": .integer(layerCount), "num_attention_heads": .integer(headCount),
      "num_key_value_heads": .integer(keyValueHeadCount), "head_dim": .integer(headWidth),
      "vocab_size": .integer(vocabularySize),
      "max_position_embeddings": .integer(maximumPositions),
      keys.epsilon: .number(normEpsilon), keys.activation: .string(activation.configName),
      "rope_theta": .number(ropeTheta), "rope_scaling": ropeScaling.json,
      "rope_parameters": .object(ropeParameters), ModelConfig.tieKey: .bool(isTied),
    ]
    if let convolutions { members = members.overlaid(by: convolutions.members) }
    if let deltaNets { members = members.overlaid(by: deltaNets.members) }
    if let mixture { members = members.overlaid(by: mixture.members) }
    if let windowedRopeTheta { members["rope_local_base_freq"] = .number(windowedRopeTheta) }
    if let turnedShare { members["partial_rotary_factor"] = .number(turnedShare) }
    if statesBiases {
      members["attention_bias"] = .bool(attentionBias)
      members["mlp_bias"] = .bool(mlpBias)
    }
    return members
  }

  /// Theta and scaling as transformers 5 has them: a part for each type of layer where they differ.
  private var ropeParameters: JSONObject {
    var plain: JSONObject = ["rope_theta": .number(ropeTheta), "rope_type": "default"]
    if let turnedShare { plain["partial_rotary_factor"] = .number(turnedShare) }
    let scaled = plain.overlaid(by: ropeScaling.members)
    guard let windowedRopeTheta else { return scaled }
    return [
      "full_attention": .object(scaled),
      "sliding_attention": ["rope_theta": .number(windowedRopeTheta), "rope_type": "default"],
    ]
  }
}
