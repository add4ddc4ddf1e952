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
  private let files: TensorFiles
  /// config.json as it was read.
  private let config: JSONObject
  /// The matrices that are kept in fewer bits, where there are some.
  private let quantized: QuantizedWeights?

  /// Opens a folder, or one of the files of weights in it: reads and checks the small files, and the
  /// headers of the weights.
  ///
  /// A `cache` knows whether files were hashed before that are to be.
  package init(path: String, cache: WeightCache? = nil) throws(CheckpointError) {
    let isFile = path.hasSuffix(".safetensors") && status(of: path)?.kind != S_IFDIR
    let folder = isFile ? parentFolder(of: path) : path
    SavedFolder.settle(folder, .model)
    let found = try names(in: folder)
    self.path = folder
    try FolderManifest.check(folder, found: found, as: .model, cache: cache)
    var contents = try ModelContents(folder: folder)
    let files = TensorFiles(
      owners: try FolderWeights.open(
        in: folder, found: found,
        chosen: isFile ? path.split(separator: "/").last.map(String.init) : nil))
    config = contents.config
    let scheme = try QuantizationConfig.scheme(contents.config, path: folder + "/config.json")
    var quantized: QuantizedWeights?
    if let scheme { quantized = try QuantizedWeights(scheme, in: files) }
    self.quantized = quantized
    if let scheme { contents.useUnpacked(scheme) }
    self.contents = contents
    self.files = files
    let plain = files.owners.keys.filter { !(quantized?.partNames.contains($0) ?? false) }
    tensorNames = (plain + (quantized.map { Array($0.shapes.keys) } ?? [])).sorted()
  }

  /// The shape of a tensor; nil when there is none of that name.
  package func shape(of name: String) -> [Int]? {
    quantized?.shapes[name] ?? files.entry(name)?.shape
  }

  /// Reads a tensor of numbers, widened to float32, whose shape must be `expected` when that is
  /// given.
  package func tensor(
    named name: String, shape expected: [Int]? = nil, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    if let tensor = try quantized?.tensor(named: name, shape: expected, on: device) {
      return tensor
    }
    guard let owner = files.owners[name] else { throw .missingTensor(name: name, path: path) }
    return try owner.tensor(named: name, shape: expected, areWeights: true, on: device)
  }

  /// Reads a part of a tensor whose shape must be `expected`, widened to float32.
  package func tensor(
    _ part: TensorPart, of name: String, shape expected: [Int], on device: any Device
  ) throws(CheckpointError) -> Tensor {
    if let tensor = try quantized?.tensor(named: name, part: part, shape: expected, on: device) {
      return tensor
    }
    guard let owner = files.owners[name] else { throw .missingTensor(name: name, path: path) }
    return try owner.tensor(part, of: name, shape: expected, on: device)
  }

  /// Whether two tensors hold the same numbers.
  package func areEqual(_ one: String, _ other: String) throws(CheckpointError) -> Bool {
    if let quantized, quantized.shapes[one] != nil || quantized.shapes[other] != nil {
      return try numbers(of: one) == numbers(of: other)
    }
    guard let first = files.owners[one], let second = files.owners[other] else { return false }
    return try Safetensors.areEqual((first, one), (second, other))
  }

  /// The numbers of a tensor, on the host.
  private func numbers(of name: String) throws(CheckpointError) -> [Float] {
    if let numbers = try quantized?.numbers(of: name) { return numbers }
    return try files.numbers(name)
  }

  /// Refuses weights whose files were written to since the folder was opened.
  package func checkUnchanged() throws(CheckpointError) {
    for file in files.owners.values { try file.checkUnchanged() }
  }

  /// What all numbers follow from; nil when the system does not say.
  package var sources: WeightSources? {
    let files = Dictionary(files.owners.values.map { ($0.path, $0) }) { first, _ in first }
    return WeightSources(
      files.sorted { $0.key < $1.key }.map(\.value.identity),
      reading: JSONValue.object(config).text)
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
    let staged = try stage(contents, tensors: tensors, as: dtype, to: path, exchange: exchange)
    try staged.folder.commit()
    return staged.sha256
  }

  /// Writes all files of a model folder beside `path`, as ``write(_:tensors:as:to:)`` does before
  /// they take their places; `commit()` of the folder does that.
  ///
  /// - Returns: the folder, and the SHA-256 of its model.safetensors.
  package static func stage(
    _ contents: ModelContents, tensors: [String: Tensor], as dtype: DType, to path: String
  ) throws(CheckpointError) -> (folder: SavedFolder, sha256: String) {
    try stage(contents, tensors: tensors, as: dtype, to: path, exchange: .whenPossible)
  }

  private static func stage(
    _ contents: ModelContents, tensors: [String: Tensor], as dtype: DType, to path: String,
    exchange: SavedFolder.Exchange
  ) throws(CheckpointError) -> (folder: SavedFolder, sha256: String) {
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
    return (folder, hash)
  }

  /// Takes a save to its end that was interrupted while its files moved to their places, as the
  /// reader does; for those who look into the folder first.
  package static func settle(_ path: String) { SavedFolder.settle(path, .model) }
}
