import Serialization
package import Tensors

/// An adapter in a PEFT folder: adapter_config.json and adapter_model.safetensors.
///
/// Tensors go by PEFT's names, such as
/// `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight`.
package struct AdapterDirectory: Sendable {
  package static let configName = "adapter_config.json"
  package static let weightsName = "adapter_model.safetensors"
  /// What PEFT puts before the base model's own names.
  package static let prefix = "base_model.model."

  /// Where the folder is.
  package let path: String
  package let config: AdapterConfig
  /// classifier.json; nil when there is none.
  package let classifier: ClassifierFile?
  /// The base model's names of the modules that carry an adapter, sorted.
  package let adaptedModules: [String]
  /// The base model's names of tensors that are saved whole (`modules_to_save`), sorted.
  package let wholeTensors: [String]
  private let file: Safetensors

  /// Opens a folder: reads the config, and checks the names and shapes of the weights.
  package init(path: String) throws(CheckpointError) {
    let found = try names(in: path)
    for name in [Self.configName, Self.weightsName] where !found.contains(name) {
      if let pickle = found.first(where: ModelDirectory.isPickle), name == Self.weightsName {
        throw .pickleCheckpoint(folder: path, file: pickle)
      }
      throw .missingFile(name: name, folder: path)
    }
    let configPath = path + "/" + Self.configName
    self.path = path
    config = try AdapterConfig(
      fileContents: OpenFile.contents(of: configPath, limit: ModelContents.smallFileLimit),
      path: configPath)
    classifier = try ClassifierFile(folder: path)
    file = try Safetensors(path: path + "/" + Self.weightsName)
    let names = try Self.sorted(file, config)
    adaptedModules = names.modules
    wholeTensors = names.whole
    for module in adaptedModules {
      try Self.checkPair(module, in: file)
      if config.usesDecomposition { try Self.checkMagnitude(module, in: file) }
    }
  }

  /// The names of all tensors, sorted.
  package var tensorNames: [String] { file.names }

  /// Reads a tensor by its name in the file, whose shape must be `expected` when that is given.
  package func tensor(
    named name: String, shape expected: [Int]? = nil
  ) throws(CheckpointError) -> Tensor {
    try file.tensor(named: name, shape: expected)
  }

  /// The name in the file of a module's `A`, `[R, in]`.
  package static func nameOfA(_ module: String) -> String { prefix + module + ".lora_A.weight" }

  /// The name in the file of a module's `B`, `[out, R]`.
  package static func nameOfB(_ module: String) -> String { prefix + module + ".lora_B.weight" }

  /// The name in the file of a module's magnitudes, `[out]`, in the weight-decomposed form.
  package static func nameOfMagnitude(_ module: String) -> String {
    prefix + module + ".lora_magnitude_vector"
  }

  /// Writes an adapter folder and returns the SHA-256 of adapter_model.safetensors.
  ///
  /// - Throws: ``CheckpointError/notAModelFolder(path:found:)`` when the folder holds other
  ///   things, and what writing throws.
  @discardableResult
  package static func write(
    _ config: AdapterConfig, tensors: [String: Tensor], as dtype: DType = .float32,
    classifier: ClassifierFile? = nil, to path: String
  ) throws(CheckpointError) -> String {
    try ModelDirectory.prepare(path, marker: configName)
    let hash = try Safetensors.write(tensors, as: dtype, to: path + "/" + weightsName)
    try ClassifierFile.write(classifier, to: path)
    let text = JSONValue.object(config.json).prettyText + "\n"
    try AtomicFile.write(Array(text.utf8), to: path + "/" + configName)
    return hash
  }

  /// Writes the README.md of an adapter folder, unless one is there that lacks `marker`.
  package static func write(
    card: String, over marker: String, to path: String
  ) throws(CheckpointError) {
    let file = path + "/README.md"
    if OpenFile.exists(file) {
      let present = try OpenFile.contents(of: file, limit: ModelContents.smallFileLimit)
      guard String(decoding: present, as: UTF8.self).contains(marker) else { return }
    }
    try AtomicFile.write(Array(card.utf8), to: file)
  }

  private static func sorted(
    _ file: Safetensors, _ config: AdapterConfig
  ) throws(CheckpointError) -> (modules: [String], whole: [String]) {
    var endings = [".lora_A.weight", ".lora_B.weight"]
    if config.usesDecomposition { endings.append(".lora_magnitude_vector") }
    var modules: Set<String> = []
    var whole: [String] = []
    for name in file.names {
      guard name.hasPrefix(prefix) else {
        throw .badHeader(
          path: file.path, reason: "tensor `\(shown(name))` does not begin with `\(prefix)`")
      }
      let rest = String(name.dropFirst(prefix.count))
      if let ending = endings.first(where: rest.hasSuffix) {
        modules.insert(String(rest.dropLast(ending.count)))
      } else if !config.modulesToSave.isEmpty, !rest.contains("lora_") {
        whole.append(rest)
      } else {
        throw .unsupported(
          path: file.path, key: name, value: "there",
          reason: "only lora_A and lora_B weights, the magnitudes of use_dora, and "
            + "modules_to_save, are supported")
      }
    }
    return (modules.sorted(), whole)
  }

  /// Checks that a module has both matrices, and that they fit together.
  private static func checkPair(_ module: String, in file: Safetensors) throws(CheckpointError) {
    guard let a = file.entry(named: nameOfA(module)), a.shape.count == 2 else {
      throw .unpairedAdapter(module: module, path: file.path, missing: "lora_A, [rank, in]")
    }
    guard let b = file.entry(named: nameOfB(module)), b.shape.count == 2, b.shape[1] == a.shape[0]
    else {
      throw .unpairedAdapter(
        module: module, path: file.path, missing: "lora_B, [out, \(a.shape[0])]")
    }
  }

  /// Checks that a module has its magnitudes, one an output.
  private static func checkMagnitude(
    _ module: String, in file: Safetensors
  ) throws(CheckpointError) {
    let outputs = file.entry(named: nameOfB(module))?.shape.first ?? 0
    guard file.entry(named: nameOfMagnitude(module))?.shape == [outputs] else {
      throw .unpairedAdapter(
        module: module, path: file.path, missing: "lora_magnitude_vector, [\(outputs)]")
    }
  }
}
