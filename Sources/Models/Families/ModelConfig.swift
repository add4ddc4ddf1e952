package import Checkpoints
package import Serialization
package import Tensors

/// What a config.json says, checked: the blueprint of its model, and the file itself.
///
/// Every number has a range, so that nothing absurd is ever allocated for. Keys that mean nothing
/// here are kept and written back.
package struct ModelConfig: Hashable, Sendable {
  /// The families that can be read.
  package static let knownTypes = ModelFamily.all.map(\.modelType)

  let family: ModelFamily
  /// The model that this is the part for texts of; nil where it is the whole.
  let textPart: TextPart?
  /// What is to be told of how the config was read.
  package let notes: [String]
  /// What the model is made of.
  package private(set) var blueprint: Blueprint
  /// What files of this config may hold instead: see ``fitted(to:)``.
  let forms: [Blueprint]
  /// The ids at which an answer ends, by config.json.
  package let endOfSequenceIDs: [Int]
  /// The number format in which the file says the weights are kept.
  package let dtype: DType?
  /// The keys of config.json that the blueprint follows from, in the words of both versions.
  private var members: JSONObject
  /// The file as it was read.
  private var raw: JSONObject

  /// Reads a config.json; `path` is for messages.
  package init(fileContents: [UInt8], path: String) throws(CheckpointError) {
    try self.init(ConfigReader(fileContents, path: path))
  }

  /// Makes a config from the keys of a config.json, such as those of a new model.
  package init(_ object: JSONObject, path: String = "config.json") throws(CheckpointError) {
    try self.init(ConfigReader(object, path: path))
  }

  private init(_ whole: ConfigReader) throws(CheckpointError) {
    textPart = TextPart.of(whole)
    let stated = try textPart?.config(whole) ?? whole
    raw = stated.object
    let (family, renamed) = try Self.family(stated)
    self.family = family
    let renaming = renamed.map { RenamedType.note(type: $0, family: family) }
    notes = [textPart?.note, renaming].compactMap(\.self)
    try UnreadKey.refuse(stated, family)
    let file = family.completed(stated)
    let described = try family.describe(file)
    var blueprint = described.blueprint
    if blueprint.head.task == .nextToken, let task = try file.labelTask(of: family) {
      blueprint = blueprint.labelled(task)
    }
    self.blueprint = blueprint
    forms = described.forms
    members = described.members

    let ids = 0...(described.blueprint.vocabularySize - 1)
    _ = try Self.tokenIDs("bos_token_id", in: ids, file)
    endOfSequenceIDs = try Self.tokenIDs("eos_token_id", in: ids, file)
    // The first llama files wrote -1 for "no padding".
    if file.value("pad_token_id")?.int != -1 { _ = try file.int("pad_token_id", in: ids) }
    dtype = try Self.dtype(file)
  }

  /// The name of the family in config.json.
  package var modelType: String { family.modelType }
  /// The width of the residual stream, C.
  package var hiddenSize: Int { blueprint.hiddenSize }
  /// The number of tokens, V.
  package var vocabularySize: Int { blueprint.vocabularySize }
  /// The longest sequence, in tokens.
  package var maximumPositions: Int { blueprint.maximumPositions }

  /// This config for weights whose output layer is not the embedding table after all.
  package var untied: ModelConfig {
    var config = self
    config.blueprint.head.isEmbedding = false
    config.members[Self.tieKey] = false
    return config
  }

  /// This config with another of its forms.
  func with(_ form: Blueprint) -> ModelConfig {
    var config = self
    config.blueprint = form
    return config
  }

  /// Whether the head is the table of tokens.
  package static let tieKey = "tie_word_embeddings"

  /// The end token that the family's config means when the key is left out, and not null.
  package var familyEndOfSequenceID: Int? {
    guard raw["eos_token_id"] == nil, let id = family.endOfSequenceID, id < vocabularySize else {
      return nil
    }
    return id
  }

  /// The config.json of this model: what was read, brought up to date, with the keys of
  /// transformers 4 and of 5, so that both load it.
  package var json: JSONObject {
    var object = raw
    if object["architectures"] == nil {
      object["architectures"] = [.string(family.architecture)]
    }
    object["model_type"] = .string(modelType)
    return object.overlaid(by: members)
  }

  /// Everything that the arithmetic depends on beside the weights, by the names of config.json, and
  /// under `other` the hash of the blueprint, whatever it is of.
  ///
  /// Keys that change no number, such as a model's name, the longest sequence, or the ids that end
  /// an answer, are not among it.
  package var identity: [(name: String, value: String)] {
    var blueprint = self.blueprint
    blueprint.maximumPositions = 0
    let keys = members.entries.filter { $0.0 != family.positionsKey }
    return [("model_type", modelType)] + keys.map { ($0.0, $0.1.text) }
      + [("other", ContentHash.of(Array("\(blueprint)".utf8)))]
  }
}
