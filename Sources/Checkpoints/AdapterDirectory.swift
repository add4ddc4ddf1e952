import Serialization
package import Tensors

/// An adapter in a PEFT folder: adapter_config.json and adapter_model.safetensors.
///
/// Tensors go by PEFT's names, such as
/// `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight`.
package struct AdapterDirectory: Sendable {
  /// The file of ``config``, which tells an adapter's folder from a model's.
  package static let configName = "adapter_config.json"
  /// The file of the matrices.
  package static let weightsName = "adapter_model.safetensors"
  /// What PEFT puts before the base model's own names.
  package static let prefix = "base_model.model."

  /// Where the folder is.
  package let path: String
  /// What adapter_config.json says.
  package let config: AdapterConfig
  /// classifier.json; nil when there is none.
  package let classifier: ClassifierFile?
  /// The base model's names of the modules that carry an adapter, sorted.
  package let adaptedModules: [String]
  /// The base model's names of tensors that are saved whole (`modules_to_save`), sorted.
  package let wholeTensors: [String]
  /// The chat template that lies beside the adapter, where there is one.
  package let chatTemplate: String?
  private let file: Safetensors

  /// Opens a folder: reads the config, and checks the names and shapes of the weights.
  package init(path: String) throws(CheckpointError) {
    SavedFolder.settle(path, .adapter)
    let found = try names(in: path)
    for name in [Self.configName, Self.weightsName] where !found.contains(name) {
      if let pickle = found.first(where: ModelDirectory.isPickle), name == Self.weightsName {
        throw .pickleCheckpoint(folder: path, file: pickle)
      }
      throw .missingFile(name: name, folder: path)
    }
    try FolderManifest.check(path, found: found, as: .adapter)
    let configPath = path + "/" + Self.configName
    self.path = path
    config = try AdapterConfig(
      fileContents: OpenFile.contents(of: configPath, limit: ModelContents.smallFileLimit),
      path: configPath)
    classifier = try ClassifierFile(folder: path)
    file = try Safetensors(path: path + "/" + Self.weightsName)
    chatTemplate = try Self.template(in: path, found)
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

  /// Reads a tensor of numbers by its name in the file; its shape must be `expected` when that is
  /// given.
  package func tensor(
    named name: String, shape expected: [Int]? = nil, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    try file.tensor(named: name, shape: expected, areWeights: true, on: device)
  }

  /// The name in the file of a module's `A`, `[R, in]`.
  package static func nameOfA(_ module: String) -> String { prefix + module + ".lora_A.weight" }

  /// The name in the file of a module's `B`, `[out, R]`.
  package static func nameOfB(_ module: String) -> String { prefix + module + ".lora_B.weight" }

  /// The name in the file of a module's magnitudes, `[out]`, in the weight-decomposed form.
  package static func nameOfMagnitude(_ module: String) -> String {
    prefix + module + ".lora_magnitude_vector"
  }

  /// The README.md of an adapter folder.
  package struct Card: Hashable, Sendable {
    /// The file's text, Markdown.
    package let text: String
    /// What tells a card of ours, which may be replaced, from one written by a person.
    package let marker: String

    /// Makes a card; `marker` is a part of its text.
    package init(text: String, marker: String) { (self.text, self.marker) = (text, marker) }
  }

  /// Writes an adapter folder and returns the SHA-256 of adapter_model.safetensors.
  ///
  /// The folder as it was stands until the new one takes its place, all of it at once; files in it
  /// that are not an adapter's stay, a README.md without the card's marker among them.
  ///
  /// - Throws: ``CheckpointError/notAModelFolder(path:found:)`` when the folder holds other
  ///   things, and what writing throws.
  @discardableResult
  package static func write(
    _ config: AdapterConfig, tensors: [String: Tensor], as dtype: DType = .float32,
    card: Card? = nil, chatTemplate: String? = nil, classifier: ClassifierFile? = nil,
    to path: String
  ) throws(CheckpointError) -> String {
    let staged = try stage(
      config, tensors: tensors, as: dtype, card: card, chatTemplate: chatTemplate,
      classifier: classifier, to: path)
    try staged.folder.commit()
    return staged.sha256
  }

  /// Writes all files of an adapter folder beside `path`; `commit()` of the folder puts them into
  /// their places.
  ///
  /// - Returns: the folder, and the SHA-256 of its adapter_model.safetensors.
  package static func stage(
    _ config: AdapterConfig, tensors: [String: Tensor], as dtype: DType = .float32,
    card: Card? = nil, chatTemplate: String? = nil, classifier: ClassifierFile? = nil,
    to path: String
  ) throws(CheckpointError) -> (folder: SavedFolder, sha256: String) {
    let folder = try SavedFolder(path, as: .adapter)
    let hash = try folder.write(tensors, as: dtype, named: weightsName)
    let text = JSONValue.object(config.json).prettyText + "\n"
    try folder.write(Array(text.utf8), named: configName)
    if let chatTemplate { try folder.write(Array(chatTemplate.utf8), named: templateName) }
    if let classifier {
      try folder.write(Array(classifier.text.utf8), named: ClassifierFile.name)
    }
    if let card {
      let present = try folder.present("README.md", limit: ModelContents.smallFileLimit)
      let isOurs = present.map { String(decoding: $0, as: UTF8.self).contains(card.marker) }
      if isOurs ?? true {
        try folder.write(Array(card.text.utf8), named: "README.md", isPart: false)
      }
    }
    return (folder, hash)
  }

  static let templateName = "chat_template.jinja"

  private static func template(
    in folder: String, _ found: [String]
  ) throws(CheckpointError) -> String? {
    guard found.contains(templateName) else { return nil }
    let path = folder + "/" + templateName
    let bytes = try OpenFile.contents(of: path, limit: ModelContents.smallFileLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(path: path) }
    return text
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
