import Checkpoints
import Serialization
import Tensors

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
  /// Whether the config is of both halves: that of the reading half alone says that it is of one.
  let isPair: Bool
  /// Whether hidden states are divided by the root of their width before the head; nil in families
  /// that never do and have no word for it.
  var scalesOutput: Bool?
  /// Whether all blocks of a half add the numbers of its first one.
  var sharesDistances = true

  init(_ file: ConfigReader) throws(CheckpointError) {
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
    epsilon = try file.normEpsilon("layer_norm_epsilon")
    (activation, isGated, activationName) = try Self.activation(file)
    startID = try file.size("decoder_start_token_id", 0...vocabularySize - 1)
    guard bucketCount % 4 == 0, maximumDistance > bucketCount / 2 else {
      throw file.wrong(
        "relative_attention_num_buckets",
        "a multiple of 4, below twice relative_attention_max_distance, \(maximumDistance)")
    }
    isPair = try file.bool("is_encoder_decoder", default: true)
  }

  /// Reads whether the output is scaled: not in files of version 1.1, which have a head of their own
  /// and say so.
  mutating func setScale(_ file: ConfigReader) throws(CheckpointError) {
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
      "decoder_start_token_id": .integer(startID), "is_encoder_decoder": .bool(isPair),
    ]
    guard let scalesOutput else { return members }
    // Before transformers 5 the word for it was whether the head is tied, whatever the file holds.
    members["scale_decoder_outputs"] = .bool(scalesOutput)
    members[ModelConfig.tieKey] = .bool(scalesOutput)
    return members
  }
}
