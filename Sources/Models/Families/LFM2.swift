import Checkpoints
import Serialization
import Tensors

extension ModelFamily {
  /// Llama in which short convolutions take the place of most layers' attention.
  ///
  /// Source: as in Hugging Face `Lfm2Model`.
  static let lfm2 = ofLlamaKind(
    "lfm2", architecture: "Lfm2ForCausalLM",
    defaults: [
      "vocab_size": 65_536, "hidden_size": 2560, "intermediate_size": 12_288,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
      "max_position_embeddings": 128_000, "norm_eps": 1e-5, "rope_theta": 1_000_000,
      ModelConfig.tieKey: true, "conv_L_cache": 3, "conv_bias": false,
      "block_auto_adjust_ff_dim": true, "block_ffn_dim_multiplier": 1, "block_multiple_of": 256,
    ], endOfSequenceID: 2, keys: LlamaKeys(epsilon: "norm_eps"),
    aliases: ["block_ff_dim": "intermediate_size", "tie_embedding": ModelConfig.tieKey],
    nullableKeys: ["block_ffn_dim_multiplier"]
  ) { (plan, file) throws(CheckpointError) in
    plan.names.attentionOutput = "out_proj"
    (plan.names.queryNorm, plan.names.keyNorm) = ("q_layernorm", "k_layernorm")
    plan.names.feedForward = "feed_forward"
    (plan.names.gate, plan.names.up, plan.names.down) = ("w1", "w3", "w2")
    (plan.names.attentionNorm, plan.names.feedForwardNorm) = ("operator_norm", "ffn_norm")
    plan.names.lastNorm = "embedding_norm"
    plan.queryKeyNorms = .ofHeads
    plan.adjustedSize = try adjustedSize(plan.intermediateSize, file)
    plan.convolutions = try ConvolutionMix(file, layerCount: plan.layerCount)
  }

  /// Two thirds of the stated size times a factor, rounded up to whole blocks.
  private static func adjustedSize(
    _ stated: Int, _ file: ConfigReader
  ) throws(CheckpointError) -> Int? {
    guard try file.bool("block_auto_adjust_ff_dim", default: true) else { return nil }
    let size = 2 * stated / 3
    let factor = try file.double("block_ffn_dim_multiplier", above: 0, upTo: 64)
    guard let factor else { return size }
    let block = try file.size("block_multiple_of", 1...65_536)
    let blocks = (Int(factor * Double(size)) + block - 1) / block
    guard ConfigReader.innerWidths.contains(blocks * block) else {
      throw file.wrong("block_ffn_dim_multiplier", "one that leaves a width of 1 or more")
    }
    return blocks * block
  }
}

/// Which layers of a model of llama's kind have a convolution, and what it is like.
struct ConvolutionMix {
  let isConvolved: [Bool]
  /// How many rows are looked at.
  let size: Int
  let hasBias: Bool

  /// Reads the types of layers, or the numbers of those with attention, which all have without either.
  init(_ file: ConfigReader, layerCount: Int) throws(CheckpointError) {
    size = try file.size("conv_L_cache", 1...ConvolutionLimit.size)
    hasBias = try file.bool("conv_bias", default: false)
    if let types = try file.layerTypes([Self.type, Self.otherType], count: layerCount) {
      isConvolved = types.map { $0 == Self.type }
      return
    }
    let key = "full_attn_idxs"
    guard let stated = file.value(key) else {
      isConvolved = Array(repeating: false, count: layerCount)
      return
    }
    let attended = (stated.array ?? []).compactMap(\.int)
    guard attended.count == stated.array?.count else {
      throw file.wrong(key, "a list of layers' numbers")
    }
    isConvolved = (0..<layerCount).map { !attended.contains($0) }
  }

  private static let type = "conv"
  private static let otherType = "full_attention"

  func plan(_ path: String, hiddenSize: Int) -> ConvolutionPlan {
    ConvolutionPlan(
      input: LinearPlan(
        path: "\(path).in_proj", inputs: hiddenSize, outputs: 3 * hiddenSize, hasBias: hasBias),
      weight: TensorPlan("\(path).conv.weight", [hiddenSize, 1, size], .convolution),
      bias: hasBias ? TensorPlan("\(path).conv.bias", [hiddenSize], .bias) : nil,
      output: LinearPlan(
        path: "\(path).out_proj", inputs: hiddenSize, outputs: hiddenSize, hasBias: hasBias,
        writesResidual: true))
  }

  /// The keys of config.json that it follows from.
  var members: JSONObject {
    [
      "layer_types": .array(isConvolved.map { .string($0 ? Self.type : Self.otherType) }),
      "conv_L_cache": .integer(size), "conv_bias": .bool(hasBias),
    ]
  }
}
