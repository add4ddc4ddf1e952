package import Serialization
package import Tensors

/// What a decoder is made of: its `config.json`, checked.
///
/// Every number has a range, so that nothing absurd is ever allocated for. Keys that mean nothing
/// here are kept in ``raw`` and written back.
package struct ModelConfig: Hashable, Sendable {
  /// The families that can be read.
  package static let knownTypes = ModelFamily.all.map(\.modelType)

  let family: ModelFamily
  package var modelType: String { family.modelType }
  package let hiddenSize: Int
  package let intermediateSize: Int
  package let layerCount: Int
  package let headCount: Int
  package let keyValueHeadCount: Int
  /// The width of one head; even, for positions turn pairs.
  package let headWidth: Int
  package let vocabularySize: Int
  package let maximumPositions: Int
  package let rmsNormEpsilon: Double
  package let ropeTheta: Double
  package let ropeScaling: RopeScaling
  /// Whether the output layer is the embedding table.
  package private(set) var tieWordEmbeddings: Bool
  /// What is computed where families differ.
  package let traits: ModelTraits
  package let endOfSequenceIDs: [Int]
  /// The number format in which the file says the weights are kept.
  package let dtype: DType?
  /// The file as it was read.
  package private(set) var raw: JSONObject

  /// Reads a config.json; `path` is for messages.
  package init(fileContents: [UInt8], path: String) throws(CheckpointError) {
    try self.init(SettingsReader(fileContents, path: path))
  }

  /// Makes a config from the keys of a config.json, such as those of a new model.
  package init(_ object: JSONObject, path: String = "config.json") throws(CheckpointError) {
    try self.init(SettingsReader(object, path: path))
  }

  private init(_ stated: SettingsReader) throws(CheckpointError) {
    raw = stated.object
    family = try Self.family(stated)
    try UnreadKey.refuse(stated, family)
    let file = family.completed(stated)

    hiddenSize = try Self.size("hidden_size", 1...65_536, file)
    intermediateSize = try Self.size("intermediate_size", 1...1_048_576, file)
    layerCount = try Self.size("num_hidden_layers", 1...1024, file)
    headCount = try Self.size("num_attention_heads", 1...1024, file)
    keyValueHeadCount = try file.int("num_key_value_heads", in: 1...headCount) ?? headCount
    guard headCount % keyValueHeadCount == 0 else {
      throw file.wrong("num_key_value_heads", "a divisor of num_attention_heads, \(headCount)")
    }
    headWidth = try Self.headWidth(file, hiddenSize: hiddenSize, headCount: headCount)
    vocabularySize = try Self.size("vocab_size", 1...4_000_000, file)
    maximumPositions = try Self.size("max_position_embeddings", Self.positionsRange, file)
    rmsNormEpsilon = try file.double("rms_norm_eps", above: 0, upTo: 0.1) ?? 1e-6
    (ropeTheta, ropeScaling) = try Self.rope(file, family, maximumPositions: maximumPositions)
    tieWordEmbeddings = try file.bool("tie_word_embeddings", default: false)
    let sizes = FamilySizes(
      hiddenSize: hiddenSize, headWidth: headWidth, layerCount: layerCount,
      maximumPositions: maximumPositions)
    traits = try family.traits(file, sizes)

    let ids = 0...(vocabularySize - 1)
    _ = try file.int("bos_token_id", in: ids)
    endOfSequenceIDs = try Self.tokenIDs("eos_token_id", in: ids, file)
    // The first llama files wrote -1 for "no padding".
    if file.value("pad_token_id")?.int != -1 { _ = try file.int("pad_token_id", in: ids) }
    dtype = try Self.dtype(file)
  }

  /// This config for weights whose output layer is not the embedding table after all.
  var untied: ModelConfig {
    var config = self
    config.tieWordEmbeddings = false
    config.raw["tie_word_embeddings"] = false
    return config
  }

  /// The end token that the family's config means when the key is left out, and not null.
  package var familyEndOfSequenceID: Int? {
    guard raw["eos_token_id"] == nil, let id = family.endOfSequenceID, id < vocabularySize else {
      return nil
    }
    return id
  }

  package var attentionBias: Bool { traits.attentionBias }
  package var attentionOutputBias: Bool { traits.attentionOutputBias }
  package var mlpBias: Bool { traits.mlpBias }

  static let positionsRange = 1...16_777_216

  /// Reads an id, or a list of ids; empty when the key is left out.
  static func tokenIDs(
    _ key: String, in range: ClosedRange<Int>, _ file: SettingsReader
  ) throws(CheckpointError) -> [Int] {
    guard let value = file.value(key) else { return [] }
    var ids: [Int] = []
    for element in value.array ?? [value] {
      guard let id = element.int, range.contains(id) else {
        let allowed = "ids from \(range.lowerBound) to \(range.upperBound), below vocab_size"
        throw file.wrong(key, allowed)
      }
      ids.append(id)
    }
    return ids
  }
}
