package import Checkpoints
import Serialization
package import Tensors

/// A model's files that are understood: its config, and its tensors under the names of the blueprint.
package struct ModelFiles: Sendable {
  /// What holds the tensors: a folder, or a GGUF file.
  package let weights: any WeightFiles
  /// What config.json says, and where it disagrees with the weights what they say.
  package private(set) var config: ModelConfig
  /// All but the weights; its config is brought up to date.
  package private(set) var contents: ModelContents
  /// The names in the files of tensors that go by another name there.
  private let storedNames: [String: String]
  /// Layers of the files that the model computes without.
  private let predictionLayers: PredictionLayers?

  /// Opens a folder, or a GGUF file: reads and checks the small files, and the headers of the
  /// weights.
  ///
  /// A `cache` knows whether files were hashed before that are to be.
  package init(path: String, cache: WeightCache? = nil) throws(CheckpointError) {
    if case .gguf(let file) = ModelPlace(at: path) {
      let model = try GGUFModel(path: file)
      try self.init(model, model.contents, configPath: file, generationPath: file)
    } else {
      try self.init(ModelDirectory(path: path, cache: cache))
    }
  }

  /// Reads the config of an opened folder, and looks whether the weights agree with it.
  package init(_ directory: ModelDirectory) throws(CheckpointError) {
    try self.init(
      directory, directory.contents, configPath: directory.path + "/config.json",
      generationPath: directory.path + "/generation_config.json")
  }

  private init(
    _ weights: any WeightFiles, _ found: ModelContents, configPath: String, generationPath: String
  ) throws(CheckpointError) {
    self.weights = weights
    var config = try ModelConfig(found.config, path: configPath).fitted(to: weights.tensorNames)
    contents = found
    contents.notes += config.notes
    storedNames = config.storedNames(among: weights.tensorNames)
    let layers = PredictionLayers(config.json, layerCount: config.blueprint.layers.count)
    predictionLayers = layers
    if let layers, weights.tensorNames.contains(where: layers.contain) {
      contents.notes.append(layers.note)
    }
    _ = try ModelConfig.tokenIDs(
      "eos_token_id", in: 0...(config.vocabularySize - 1),
      ConfigReader(contents.generationConfig, path: generationPath))
    if try Self.hasOtherHead(config, storedNames, weights) {
      config = config.untied
      contents.notes.append(
        "config.json ties the output head to the embedding, and the file holds another head: the "
          + "file's is taken, as transformers 5 does.")
    }
    self.config = config
    contents.config = config.json
  }

  /// Whether the output layer is not the embedding table, though the config says so.
  ///
  /// Files may hold both: where they differ, as after a fine-tuning of one of them, the config is
  /// wrong, and transformers 5 takes the file's.
  private static func hasOtherHead(
    _ config: ModelConfig, _ storedNames: [String: String], _ weights: any WeightFiles
  ) throws(CheckpointError) -> Bool {
    let blueprint = config.blueprint
    guard blueprint.head.isEmbedding, let head = storedNames[blueprint.head.weight.name],
      let table = storedNames[blueprint.embedding.tokens.name], head != table
    else { return false }
    return try !weights.areEqual(table, head)
  }

  /// Reads a tensor as it is in memory, widened to float32.
  package func tensor(
    _ plan: TensorPlan, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    let name = name(of: plan)
    guard let (part, whole) = config.part(of: plan, storedAs: name) else {
      return try weights.tensor(plan, named: name, on: device)
    }
    let tensor = try weights.tensor(part, of: name, shape: whole, on: device)
    return plan.isTurnedInFiles ? tensor.turned : tensor
  }

  /// Reads a matrix in the files' own format, where that has no more bits than `format`; nil where
  /// they have none such.
  package func packed(
    _ plan: TensorPlan, within format: WeightFormat, on device: any Device
  ) throws(CheckpointError) -> PackedMatrix? {
    guard keptFormat(plan, within: format) != format else { return nil }
    return try weights.packed(plan, named: name(of: plan), on: device)
  }

  /// The bytes that the model takes in memory with its frozen matrices in `format`, or in the files'
  /// own.
  package func memoryByteCount(_ format: WeightFormat = .float32) -> Int {
    config.blueprint.memoryByteCount { keptFormat($0, within: format) }
  }

  /// What tells the weights packed in `format` from all others in a cache; nil where they are not kept
  /// there.
  func key(_ format: WeightFormat, in cache: WeightCache) -> String? {
    weights.sources.flatMap {
      cache.key(
        $0, config: JSONValue.object(config.json).text, as: format,
        byteCount: memoryByteCount(format))
    }
  }

  /// What a matrix is kept as when `format` is asked for.
  private func keptFormat(_ plan: TensorPlan, within format: WeightFormat) -> WeightFormat {
    guard plan.isPackable, let own = weights.ownFormat(plan, named: name(of: plan)),
      own.numberBits <= format.numberBits
    else { return format }
    return own
  }

  private func name(of plan: TensorPlan) -> String { storedNames[plan.name] ?? plan.name }

  /// Refuses files with tensors that no part of the model is made of.
  func checkUsed() throws(CheckpointError) {
    let unused = unusedNames
    guard unused.isEmpty else { throw .unusedTensors(path: weights.path, names: unused) }
  }

  /// Tensors that the blueprint has no place for, and that do not follow from others.
  var unusedNames: [String] {
    var known = Set(config.blueprint.tensors.map { storedNames[$0.name] ?? $0.name })
    // The copy of a tied embedding.
    if let head = storedNames[config.blueprint.head.weight.name] { known.insert(head) }
    return weights.tensorNames.filter {
      !known.contains($0) && !config.isDerived($0) && !config.isLeftOut($0)
        && predictionLayers?.contain($0) != true
    }
  }
}
