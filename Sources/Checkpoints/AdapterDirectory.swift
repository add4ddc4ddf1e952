import Serialization
package import Tensors

/// An adapter in a folder: adapter_config.json and adapter_model.safetensors as PEFT writes them, or
/// adapters.safetensors as MLX does.
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
  /// What the file holds, by name.
  package private(set) var tensors: [AdapterTensor]
  /// The chat template that lies beside the adapter, where there is one.
  package let chatTemplate: String?
  /// What our own saves note of the base's weights: their SHA-256.
  package let baseHash: String?
  private let file: Safetensors

  /// Opens a folder that PEFT, MLX or a save of ours wrote: reads the config, and checks the names
  /// and shapes of the weights.
  package init(path: String) throws(CheckpointError) {
    SavedFolder.settle(path, .adapter)
    let found = try names(in: path)
    let isOfMLX = found.contains(MLXAdapter.weightsName) && !found.contains(Self.weightsName)
    let weightsName = isOfMLX ? MLXAdapter.weightsName : Self.weightsName
    for name in [Self.configName, weightsName] where !found.contains(name) {
      if let pickle = found.first(where: ModelDirectory.isPickle), name == weightsName {
        throw .pickleCheckpoint(folder: path, file: pickle)
      }
      throw .missingFile(name: name, folder: path)
    }
    try FolderManifest.check(path, found: found, as: .adapter)
    let configPath = path + "/" + Self.configName
    self.path = path
    let bytes = try OpenFile.contents(of: configPath, limit: ModelContents.smallFileLimit)
    classifier = try ClassifierFile(folder: path)
    file = try Safetensors(path: path + "/" + weightsName)
    chatTemplate = try Self.template(in: path, found)
    baseHash = FolderManifest.base(ofAdapter: path, found: found)
    if isOfMLX {
      let adapter = try MLXAdapter(config: bytes, path: configPath, file)
      (config, tensors) = (adapter.config, adapter.tensors)
    } else {
      config = try AdapterConfig(fileContents: bytes, path: configPath)
      tensors = try Self.tensors(file)
    }
    try checkParts()
  }

  /// The names of all tensors, sorted.
  package var tensorNames: [String] { file.names }

  /// The base model's names of the modules that carry an adapter, sorted.
  package var adaptedModules: [String] {
    Set(tensors.filter { $0.replaced == nil && !$0.module.isEmpty }.map(\.module)).sorted()
  }

  /// The base model's names of tensors that the adapter has others for, sorted.
  package var wholeTensors: [String] { tensors.compactMap(\.replaced).sorted() }

  /// The same with modules under other names: those that `name` gives for peft's.
  package func renamed(_ name: (String) -> String) -> AdapterDirectory {
    var renamed = self
    for (index, tensor) in tensors.enumerated() {
      let other = name(tensor.module)
      guard other != tensor.module else { continue }
      renamed.tensors[index].moduleInPEFT = tensor.module
      renamed.tensors[index].module = other
    }
    return renamed
  }

  /// A module's tensor of a role; nil when the file has none.
  package func entry(_ role: AdapterTensor.Role, of module: String) -> AdapterTensor? {
    tensors.first { $0.module == module && $0.role == role }
  }

  /// Reads a tensor of numbers by its name in the file; its shape must be `expected` when that is
  /// given.
  package func tensor(
    named name: String, shape expected: [Int]? = nil, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    try file.tensor(named: name, shape: expected, areWeights: true, on: device)
  }

  /// Reads a tensor as PEFT has it; its shape must be `expected` when that is given.
  package func tensor(
    _ entry: AdapterTensor, shape expected: [Int]? = nil, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    guard entry.isTurned else {
      return try tensor(named: entry.name, shape: expected, on: device)
    }
    return try tensor(named: entry.name, shape: expected?.reversed(), on: device).turned
  }

  /// The sizes of a tensor as PEFT has it.
  package func shape(_ entry: AdapterTensor) -> [Int] {
    let shape = file.entry(named: entry.name)?.shape ?? []
    return entry.isTurned ? shape.reversed() : shape
  }

  /// The name in the file of a module's `A`, `[R, in]`.
  package static func nameOfA(_ module: String) -> String {
    AdapterTensor.name(of: .lowRankA, module)
  }

  /// The name in the file of a module's `B`, `[out, R]`.
  package static func nameOfB(_ module: String) -> String {
    AdapterTensor.name(of: .lowRankB, module)
  }

  /// The name in the file of a module's magnitudes, `[out]`, in the weight-decomposed form.
  package static func nameOfMagnitude(_ module: String) -> String {
    AdapterTensor.name(of: .magnitude, module)
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
  /// that are not an adapter's stay, a README.md without the card's marker among them. `baseHash` is
  /// noted in the folder's list of files.
  ///
  /// - Throws: ``CheckpointError/notAModelFolder(path:found:)`` when the folder holds other
  ///   things, and what writing throws.
  @discardableResult
  package static func write(
    _ config: AdapterConfig, tensors: [String: Tensor], as dtype: DType = .float32,
    card: Card? = nil, chatTemplate: String? = nil, classifier: ClassifierFile? = nil,
    baseHash: String? = nil, to path: String
  ) throws(CheckpointError) -> String {
    let staged = try stage(
      config, tensors: tensors, as: dtype, card: card, chatTemplate: chatTemplate,
      classifier: classifier, baseHash: baseHash, to: path)
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
    tokenizer: TokenizerParts? = nil, baseHash: String? = nil, to path: String
  ) throws(CheckpointError) -> (folder: SavedFolder, sha256: String) {
    let folder = try SavedFolder(path, as: .adapter)
    folder.baseHash = baseHash
    let hash = try folder.write(tensors, as: dtype, named: weightsName)
    let text = JSONValue.object(config.json).prettyText + "\n"
    try folder.write(Array(text.utf8), named: configName)
    if let chatTemplate { try folder.write(Array(chatTemplate.utf8), named: templateName) }
    if let classifier {
      try folder.write(Array(classifier.text.utf8), named: ClassifierFile.name)
    }
    if let tokenizer {
      let config = JSONValue.object(tokenizer.config).prettyText + "\n"
      try folder.write(tokenizer.file, named: tokenizerName)
      try folder.write(Array(config.utf8), named: "tokenizer_config.json")
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
  private static let tokenizerName = "tokenizer.json"

  /// The tokenizer of a model with tokens that its base does not have, to lie beside the adapter.
  package struct TokenizerParts: Sendable {
    fileprivate let file: [UInt8]
    fileprivate let config: JSONObject

    /// The tokenizer of `contents`.
    package init(_ contents: ModelContents) {
      (file, config) = (contents.tokenizer, contents.tokenizerConfig)
    }
  }

  /// The bytes of the tokenizer.json that lies beside the adapter; nil when there is none.
  package func tokenizer() throws(CheckpointError) -> [UInt8]? {
    let place = path + "/" + Self.tokenizerName
    guard OpenFile.exists(place) else { return nil }
    return try OpenFile.contents(of: place, limit: ModelContents.tokenizerLimit)
  }

  private static func template(
    in folder: String, _ found: [String]
  ) throws(CheckpointError) -> String? {
    guard found.contains(templateName) else { return nil }
    let path = folder + "/" + templateName
    let bytes = try OpenFile.contents(of: path, limit: ModelContents.smallFileLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(path: path) }
    return text
  }

  /// Sorts a file's tensors by what their names say.
  private static func tensors(_ file: Safetensors) throws(CheckpointError) -> [AdapterTensor] {
    var tensors: [AdapterTensor] = []
    var adapters: Set<String> = []
    for name in file.names {
      switch AdapterTensor.read(name) {
      case .tensor(let tensor, let adapter):
        tensors.append(tensor)
        if let adapter { adapters.insert(adapter) }
      case .original: continue
      case .unknown:
        throw .unsupportedAdapter(
          path: file.path, key: name, value: "there",
          reason: "no tensor of a known kind of adapter is called so", remedy: .merge)
      }
    }
    guard adapters.count <= 1 else {
      throw .badHeader(
        path: file.path,
        reason: "it has tensors of several adapters: "
          + adapters.sorted().map { "`\(shown($0))`" }.joined(separator: ", "))
    }
    // Where it saves tables as well, peft has what is trained whole under two names.
    let plain = Set(tensors.map(\.name))
    tensors.removeAll { tensor in
      tensor.name.contains(".modules_to_save.") && plain.contains(tensor.nameInPEFT)
    }
    let names = tensors.map(\.nameInPEFT)
    if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
      throw .tensorTwice(name: twice, first: file.path, second: file.path)
    }
    return tensors
  }
}

// MARK: What belongs together

extension AdapterDirectory {
  /// Checks that every module has all that its kind of change needs, and that it fits together.
  private func checkParts() throws(CheckpointError) {
    for module in adaptedModules {
      let roles = Set(tensors.filter { $0.module == module }.map(\.role))
      if !roles.isDisjoint(with: [.lowRankA, .lowRankB, .magnitude, .lowRankBias]),
        roles.isDisjoint(with: [.tableA, .tableB])
      {
        try checkPair(module)
      }
      guard config.usesDecomposition, entry(.lowRankB, of: module) != nil else { continue }
      try checkMagnitude(module)
    }
  }

  /// Checks that a module has both matrices, and that they fit together.
  private func checkPair(_ module: String) throws(CheckpointError) {
    guard let a = entry(.lowRankA, of: module).map(shape), a.count == 2 else {
      throw .unpairedAdapter(module: module, path: file.path, missing: "lora_A, [rank, in]")
    }
    guard let b = entry(.lowRankB, of: module).map(shape), b.count == 2, b[1] == a[0] else {
      throw .unpairedAdapter(
        module: module, path: file.path, missing: "lora_B, [out, \(a[0])]")
    }
  }

  /// Checks that a module has its magnitudes, one an output.
  private func checkMagnitude(_ module: String) throws(CheckpointError) {
    let outputs = entry(.lowRankB, of: module).map(shape)?.first ?? 0
    guard entry(.magnitude, of: module).map(shape) == [outputs] else {
      throw .unpairedAdapter(
        module: module, path: file.path, missing: "lora_magnitude_vector, [\(outputs)]")
    }
  }
}
