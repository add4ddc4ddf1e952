package import Serialization
package import Tensors

extension ModelConfig {
  /// The config.json of this model with weights in `dtype`: what was read, brought up to date,
  /// with the keys of transformers 4 and of 5, so that both load it.
  package func json(dtype: DType) -> JSONObject {
    var object = raw
    if object["architectures"] == nil {
      object["architectures"] = [.string(Self.architectures[modelType] ?? "LlamaForCausalLM")]
    }
    let rope = ropeScaling.members
    let theta: JSONObject = ["rope_theta": .number(ropeTheta), "rope_type": "default"]
    let sizes: JSONObject = [
      "model_type": .string(modelType), "hidden_size": .integer(hiddenSize),
      "intermediate_size": .integer(intermediateSize), "num_hidden_layers": .integer(layerCount),
      "num_attention_heads": .integer(headCount),
      "num_key_value_heads": .integer(keyValueHeadCount), "head_dim": .integer(headWidth),
      "vocab_size": .integer(vocabularySize),
      "max_position_embeddings": .integer(maximumPositions),
      "rms_norm_eps": .number(rmsNormEpsilon), "hidden_act": .string(hiddenAct),
      "rope_theta": .number(ropeTheta), "rope_scaling": rope.isEmpty ? .null : .object(rope),
      "rope_parameters": .object(JSONObject((theta.entries + rope.entries).map { ($0.0, $0.1) })),
      "tie_word_embeddings": .bool(tieWordEmbeddings), "torch_dtype": .string("\(dtype)"),
      "dtype": .string("\(dtype)"),
    ]
    for (key, value) in sizes.entries { object[key] = value }
    if modelType == "llama" {
      object["attention_bias"] = .bool(attentionBias)
      object["mlp_bias"] = .bool(mlpBias)
    }
    return object
  }

  /// The class by which transformers knows each family.
  private static let architectures = [
    "llama": "LlamaForCausalLM", "mistral": "MistralForCausalLM", "qwen2": "Qwen2ForCausalLM",
  ]
}
