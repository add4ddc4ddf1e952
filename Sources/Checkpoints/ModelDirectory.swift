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
    let found = try names(in: path)
    self.path = path
    contents = try ModelContents(folder: path)
    owners = try Self.weights(in: path, found: found)
    tensorNames = owners.keys.sorted()
  }

  package var config: ModelConfig { contents.config }

  /// The shape of a tensor; nil when there is none of that name.
  package func shape(of name: String) -> [Int]? { owners[name]?.entry(named: name)?.shape }

  /// Reads a tensor, widened to float32, whose shape must be `expected` when that is given.
  package func tensor(
    named name: String, shape expected: [Int]? = nil
  ) throws(CheckpointError) -> Tensor {
    guard let owner = owners[name] else { throw .missingTensor(name: name, path: path) }
    return try owner.tensor(named: name, shape: expected)
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
  /// Each file appears whole or not at all, and config.json last: a folder that has it is complete.
  ///
  /// - Throws: ``CheckpointError/notAModelFolder(path:found:)`` when the folder holds other
  ///   things, ``CheckpointError/shardedModelThere(path:)``, and what writing throws.
  @discardableResult
  package static func write(
    _ contents: ModelContents, tensors: [String: Tensor], as dtype: DType, to path: String
  ) throws(CheckpointError) -> String {
    try prepare(path, marker: "config.json")
    if OpenFile.exists(path + "/" + ShardIndex.fileName) { throw .shardedModelThere(path: path) }
    func write(_ object: JSONObject, _ name: String) throws(CheckpointError) {
      let text = JSONValue.object(object).prettyText + "\n"
      try AtomicFile.write(Array(text.utf8), to: path + "/" + name)
    }
    let hash = try Safetensors.write(tensors, as: dtype, to: path + "/" + weightsName)
    try AtomicFile.write(contents.tokenizer, to: path + "/tokenizer.json")
    // The template goes to both places: transformers 5 reads the file, early 4 only the key.
    var tokenizerConfig = contents.tokenizerConfig
    tokenizerConfig["chat_template"] = contents.chatTemplate.map { .string($0) }
    let templatePath = path + "/chat_template.jinja"
    if let template = contents.chatTemplate {
      try AtomicFile.write(Array(template.utf8), to: templatePath)
    } else {
      unlink(templatePath)
    }
    try write(tokenizerConfig, "tokenizer_config.json")
    try write(contents.generationConfig, "generation_config.json")
    try ClassifierFile.write(contents.classifier, to: path)
    try write(contents.config.json(dtype: dtype), "config.json")
    return hash
  }

  /// Makes a folder ready to be written: new, empty, or one that holds `marker` already.
  static func prepare(_ path: String, marker: String) throws(CheckpointError) {
    try makeFolder(path)
    // What a killed writer left behind does not count.
    let found = try names(in: path).filter { !($0.hasPrefix(".") && $0.hasSuffix(".partial")) }
    guard found.isEmpty || found.contains(marker) else {
      throw .notAModelFolder(path: path, found: found[0])
    }
  }
}
