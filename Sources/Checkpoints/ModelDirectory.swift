import Foundation
import Serialization
package import Tensors

/// A model in a Hugging Face folder: config, tokenizer, template, and weights read on demand.
package struct ModelDirectory: Sendable {
  /// Where the folder is.
  package let path: String
  /// All but the weights.
  package let contents: ModelContents
  /// The names of all tensors, sorted.
  package let tensorNames: [String]
  private let owners: [String: Safetensors]

  /// Opens a folder: reads and checks the small files, and the headers of the weights.
  package init(path: String) throws(CheckpointError) {
    SavedFolder.settle(path, .model)
    let found = try names(in: path)
    self.path = path
    try FolderManifest.check(path, found: found, as: .model)
    contents = try ModelContents(folder: path)
    owners = try Self.weights(in: path, found: found)
    tensorNames = owners.keys.sorted()
  }

  /// The shape of a tensor; nil when there is none of that name.
  package func shape(of name: String) -> [Int]? {
    owners[name]?.entry(named: name)?.shape
  }

  /// Reads a tensor of numbers, widened to float32, whose shape must be `expected` when that is
  /// given.
  package func tensor(
    named name: String, shape expected: [Int]? = nil, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    guard let owner = owners[name] else { throw .missingTensor(name: name, path: path) }
    return try owner.tensor(named: name, shape: expected, areWeights: true, on: device)
  }

  /// Reads a part of a tensor whose shape must be `expected`, widened to float32.
  package func tensor(
    _ part: TensorPart, of name: String, shape expected: [Int], on device: any Device
  ) throws(CheckpointError) -> Tensor {
    guard let owner = owners[name] else { throw .missingTensor(name: name, path: path) }
    return try owner.tensor(part, of: name, shape: expected, on: device)
  }

  /// Whether two tensors hold the same numbers.
  package func areEqual(_ one: String, _ other: String) throws(CheckpointError) -> Bool {
    guard let first = owners[one], let second = owners[other] else { return false }
    return try Safetensors.areEqual((first, one), (second, other))
  }

  /// Refuses weights whose files were written to since the folder was opened.
  package func checkUnchanged() throws(CheckpointError) {
    for file in owners.values { try file.checkUnchanged() }
  }

  private static func weights(
    in folder: String, found: [String]
  ) throws(CheckpointError) -> [String: Safetensors] {
    if found.contains(weightsName) {
      let file = try Safetensors(path: folder + "/" + weightsName)
      return Dictionary(uniqueKeysWithValues: file.entries.map { ($0.name, file) })
    }
    if found.contains(ShardIndex.fileName) {
      let path = folder + "/" + ShardIndex.fileName
      let bytes = try OpenFile.contents(of: path, limit: ModelContents.tokenizerLimit)
      return try ShardIndex(fileContents: bytes, path: path).open(in: folder)
    }
    if let pickle = found.first(where: isPickle) {
      throw .pickleCheckpoint(folder: folder, file: pickle)
    }
    throw .noWeights(folder: folder)
  }

  static let weightsName = "model.safetensors"

  /// Whether a file is of a kind that Python would unpickle.
  static func isPickle(_ name: String) -> Bool {
    [".bin", ".pt", ".pth", ".pkl", ".ckpt"].contains { name.hasSuffix($0) }
  }
}

extension ModelDirectory {
  /// Writes a model folder and returns the SHA-256 of its model.safetensors.
  ///
  /// The folder as it was stands until the new one takes its place, all of it at once; files in it
  /// that are not a model's stay.
  ///
  /// - Throws: ``CheckpointError/notAModelFolder(path:found:)`` when the folder holds other
  ///   things, ``CheckpointError/shardedModelThere(path:)``, and what writing throws.
  @discardableResult
  package static func write(
    _ contents: ModelContents, tensors: [String: Tensor], as dtype: DType, to path: String
  ) throws(CheckpointError) -> String {
    try write(contents, tensors: tensors, as: dtype, to: path, exchange: .whenPossible)
  }

  @discardableResult
  static func write(
    _ contents: ModelContents, tensors: [String: Tensor], as dtype: DType, to path: String,
    exchange: SavedFolder.Exchange
  ) throws(CheckpointError) -> String {
    if OpenFile.exists(path + "/" + ShardIndex.fileName) { throw .shardedModelThere(path: path) }
    let folder = try SavedFolder(path, as: .model, exchange: exchange)
    func write(_ object: JSONObject, _ name: String) throws(CheckpointError) {
      try folder.write(Array((JSONValue.object(object).prettyText + "\n").utf8), named: name)
    }
    let hash = try folder.write(tensors, as: dtype, named: weightsName)
    try folder.write(contents.tokenizer, named: "tokenizer.json")
    // The template goes to both places: transformers 5 reads the file, early 4 only the key.
    var tokenizerConfig = contents.tokenizerConfig
    // A list of several stays as it is, unless another than its default was chosen.
    let byDefault = NamedTemplate.byDefault(contents.namedTemplates)
    if contents.namedTemplates.isEmpty || contents.chatTemplate != byDefault {
      tokenizerConfig["chat_template"] = contents.chatTemplate.map { .string($0) }
    }
    if let template = contents.chatTemplate {
      try folder.write(Array(template.utf8), named: "chat_template.jinja")
    }
    try write(tokenizerConfig, "tokenizer_config.json")
    try write(contents.generationConfig, "generation_config.json")
    if let classifier = contents.classifier {
      try folder.write(Array(classifier.text.utf8), named: ClassifierFile.name)
    }
    // The word of transformers 4, and that of 5.
    var config = contents.config
    for key in ["torch_dtype", "dtype"] { config[key] = .string("\(dtype)") }
    try write(config, "config.json")
    try folder.commit()
    return hash
  }

  /// Takes a save to its end that was interrupted while its files moved to their places, as the
  /// reader does; for those who look into the folder first.
  package static func settle(_ path: String) { SavedFolder.settle(path, .model) }
}
