package import Checkpoints
package import Tensors

/// A model folder that is understood: its config, and its tensors under the names of the blueprint.
package struct ModelFiles: Sendable {
  /// The folder as it lies there.
  package let directory: ModelDirectory
  /// What config.json says, and where it disagrees with the weights what they say.
  package private(set) var config: ModelConfig
  /// All but the weights; its config is brought up to date.
  package private(set) var contents: ModelContents
  /// The names in the files of tensors that go by another name there.
  private let storedNames: [String: String]

  /// Opens a folder: reads and checks the small files, and the headers of the weights.
  package init(path: String) throws(CheckpointError) {
    try self.init(ModelDirectory(path: path))
  }

  /// Reads the config of an opened folder, and looks whether the weights agree with it.
  package init(_ directory: ModelDirectory) throws(CheckpointError) {
    self.directory = directory
    let path = directory.path
    var config = try ModelConfig(directory.contents.config, path: path + "/config.json")
      .fitted(to: directory.tensorNames)
    contents = directory.contents
    storedNames = config.storedNames(among: directory.tensorNames)
    _ = try ModelConfig.tokenIDs(
      "eos_token_id", in: 0...(config.vocabularySize - 1),
      ConfigReader(contents.generationConfig, path: path + "/generation_config.json"))
    if try Self.hasOtherHead(config, storedNames, directory) {
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
    _ config: ModelConfig, _ storedNames: [String: String], _ directory: ModelDirectory
  ) throws(CheckpointError) -> Bool {
    let blueprint = config.blueprint
    guard blueprint.head.isEmbedding, let head = storedNames[blueprint.head.weight.name],
      let table = storedNames[blueprint.embedding.tokens.name], head != table
    else { return false }
    return try !directory.areEqual(table, head)
  }

  /// Reads a tensor as it is in memory, widened to float32.
  package func tensor(
    _ plan: TensorPlan, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    let tensor = try directory.tensor(
      named: storedNames[plan.name] ?? plan.name, shape: plan.shapeInFiles, on: device)
    return plan.isTurnedInFiles ? tensor.turned : tensor
  }

  /// Tensors that the blueprint has no place for, and that do not follow from others.
  var unusedNames: [String] {
    var known = Set(config.blueprint.tensors.map { storedNames[$0.name] ?? $0.name })
    // The copy of a tied embedding.
    if let head = storedNames[config.blueprint.head.weight.name] { known.insert(head) }
    return directory.tensorNames.filter { !known.contains($0) && !config.isDerived($0) }
  }
}
