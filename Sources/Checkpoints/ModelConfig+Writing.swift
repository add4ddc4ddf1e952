package import Serialization
package import Tensors

extension ModelConfig {
  /// The config.json of this model with weights in `dtype`: what was read, brought up to date,
  /// with the keys of transformers 4 and of 5, so that both load it.
  package func json(dtype: DType) -> JSONObject {
    var object = raw
    if object["architectures"] == nil {
      object["architectures"] = [.string(family.architecture)]
    }
    let rope = ropeScaling.members
    let sizes: JSONObject = [
      "model_type": .string(modelType), "hidden_size": .integer(hiddenSize),
      "intermediate_size": .integer(intermediateSize), "num_hidden_layers": .integer(layerCount),
      "num_attention_heads": .integer(headCount),
      "num_key_value_heads": .integer(keyValueHeadCount), "head_dim": .integer(headWidth),
      "vocab_size": .integer(vocabularySize),
      "max_position_embeddings": .integer(maximumPositions),
      "rms_norm_eps": .number(rmsNormEpsilon),
      family.activationKey: .string(traits.activation.rawValue),
      "rope_theta": .number(ropeTheta), "rope_scaling": rope.isEmpty ? .null : .object(rope),
      "rope_parameters": .object(ropeParameters),
      "tie_word_embeddings": .bool(tieWordEmbeddings), "torch_dtype": .string("\(dtype)"),
      "dtype": .string("\(dtype)"),
    ]
    for (key, value) in sizes.entries { object[key] = value }
    if let windowedTheta = traits.windowedRopeTheta {
      object["rope_local_base_freq"] = .number(windowedTheta)
    }
    if modelType == "llama" {
      object["attention_bias"] = .bool(attentionBias)
      object["mlp_bias"] = .bool(mlpBias)
    }
    return object
  }

  /// Theta and scaling as transformers 5 has them: a part for each type of layer where they differ.
  private var ropeParameters: JSONObject {
    let plain: JSONObject = ["rope_theta": .number(ropeTheta), "rope_type": "default"]
    let scaled = JSONObject((plain.entries + ropeScaling.members.entries).map { ($0.0, $0.1) })
    guard let windowedTheta = traits.windowedRopeTheta else { return scaled }
    return [
      "full_attention": .object(scaled),
      "sliding_attention": ["rope_theta": .number(windowedTheta), "rope_type": "default"],
    ]
  }
}
