import Serialization
import Tensors

/// The files of sentence-transformers: `modules.json` lists what is done after the model, each with a
/// folder of its settings.
extension SentencePlan {
  /// Reads what a model folder says of it; nil when it says nothing.
  ///
  /// - Throws: ``CheckpointError/unsupported(path:key:value:reason:)`` for a module that would do
  ///   something else with the vector.
  package init?(folder: String) throws(CheckpointError) {
    var files = SentenceFiles(folder: folder)
    guard let modules = try Self.modules(&files) else { return nil }
    self.init()
    try readText(&files)
    poolings = []
    for module in modules {
      switch module.type {
      case "Transformer":
        guard module.path.isEmpty else {
          throw module.refused("the model's own files are in a folder below this one")
        }
      case "Pooling":
        guard poolings.isEmpty, steps.isEmpty else { throw module.refused("it comes twice") }
        try readPooling(files.needed(module.settings))
      case "Normalize":
        steps.append(.normalize)
        _ = try files.settings(module.settings)
      case "Dense": steps.append(.dense(try DenseStep(module.path, &files)))
      // Nothing is dropped but in training.
      case "Dropout": break
      default: throw module.refused("this kind of module is not known here")
      }
    }
    guard !poolings.isEmpty else {
      throw .unsupported(
        path: folder + "/" + Self.listName, key: "type", value: "without Pooling",
        reason: "it gives no single vector a text")
    }
    self.files = files.read
  }

  /// A plan of one pooling and nothing else, for a model that has no folder.
  package init(pooling: Pooling) {
    self.init()
    poolings = [pooling]
    func module(_ index: Int, _ path: String, _ type: String) -> JSONValue {
      [
        "idx": .integer(index), "name": .string("\(index)"), "path": .string(path),
        "type": .string("sentence_transformers.models.\(type)"),
      ]
    }
    let list: JSONValue = .array([
      module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling"),
    ])
    let settings: JSONValue = ["pooling_mode": .string(pooling.rawValue)]
    files = [
      Self.listName: Array(list.text.utf8), "1_Pooling/config.json": Array(settings.text.utf8),
    ]
  }

  /// Writes the files that say so into a model's folder, the list last: before it is there, the
  /// others mean nothing.
  package func write(to folder: String) throws(CheckpointError) {
    for case .dense(let step) in steps {
      let bytes = try OpenFile.contents(of: step.path, limit: ModelContents.tokenizerLimit)
      try Self.write(bytes, named: step.name, in: folder)
    }
    let names = files.keys.sorted().filter { $0 != Self.listName } + [Self.listName]
    for name in names {
      if let bytes = files[name] { try Self.write(bytes, named: name, in: folder) }
    }
  }

  private static func write(
    _ bytes: [UInt8], named name: String, in folder: String
  ) throws(CheckpointError) {
    let path = folder + "/" + name
    try makeFolder(around: path)
    try AtomicFile.write(bytes, to: path)
  }

  /// The name of the list of modules.
  static let listName = "modules.json"

  // MARK: The list

  private struct Module {
    let type: String
    let path: String
    let list: String

    /// The file of its settings.
    var settings: String { SentencePlan.joined(path, "config.json") }

    func refused(_ reason: String) -> CheckpointError {
      .unsupported(path: list, key: "type", value: "\"\(shown(type))\"", reason: reason)
    }
  }

  private static func modules(_ files: inout SentenceFiles) throws(CheckpointError) -> [Module]? {
    let path = files.path(listName)
    guard let bytes = try files.bytes(listName) else { return nil }
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: bytes) } catch {
      throw .json(path: path, error)
    }
    guard let entries = value.array else {
      throw .setting(path: path, key: "", value: value.kind, allowed: "a list, [ … ]")
    }
    var modules: [Module] = []
    for entry in entries {
      guard let object = entry.object else {
        throw .setting(path: path, key: "", value: entry.kind, allowed: "a list of objects")
      }
      let file = ConfigReader(object, path: path)
      let type = try file.required(file.string("type"), "type")
      let place = try file.string("path") ?? ""
      guard isFolderName(place) else {
        throw file.wrong("path", "the name of a folder in this one")
      }
      modules.append(
        Module(type: String(type.split(separator: ".").last ?? ""), path: place, list: path))
    }
    return modules
  }

  /// Whether a path leads into the folder that names it, or is that folder.
  private static func isFolderName(_ path: String) -> Bool {
    !path.hasPrefix("/") && !path.utf8.contains(0)
      && !path.split(separator: "/", omittingEmptySubsequences: false).contains("..")
  }

  fileprivate static func joined(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder + "/" + name
  }

  // MARK: Settings

  /// Names of the settings of texts; each family of models had its own.
  private static let textFiles = [
    "bert", "roberta", "distilbert", "camembert", "albert",
    "xlm-roberta", "xlnet",
  ].map { "sentence_\($0)_config.json" }

  private mutating func readText(_ files: inout SentenceFiles) throws(CheckpointError) {
    for name in Self.textFiles {
      guard let file = try files.settings(name) else { continue }
      maximumLength = try file.int("max_seq_length", in: ConfigReader.lengths)
      lowercases = try file.bool("do_lower_case", default: false)
      break
    }
    guard let file = try files.settings("config_sentence_transformers.json") else { return }
    guard let name = try file.string("default_prompt_name") else { return }
    guard let text = try file.section("prompts")?.string(name) else {
      throw file.wrong("default_prompt_name", "a name among `prompts`")
    }
    prompt = text
  }

  /// Reads `pooling_mode`, or the truth values that were there before it.
  private mutating func readPooling(_ file: ConfigReader) throws(CheckpointError) {
    includesPrompt = try file.bool("include_prompt", default: true)
    var names: [String] = []
    if let mode = file.value("pooling_mode") {
      names = if let name = mode.string { [name] } else { try file.strings("pooling_mode") }
    } else {
      for (key, pooling) in Self.olderKeys where try file.bool(key, default: false) {
        names.append(pooling.rawValue)
      }
      if names.isEmpty { names = [Pooling.mean.rawValue] }
    }
    for name in names {
      guard let pooling = Pooling(rawValue: name) else {
        let known = Pooling.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        throw file.wrong("pooling_mode", "one of \(known)")
      }
      poolings.append(pooling)
    }
  }

  /// In the order in which their vectors are put together.
  private static let olderKeys: [(key: String, pooling: Pooling)] = [
    ("pooling_mode_cls_token", .first), ("pooling_mode_max_tokens", .largest),
    ("pooling_mode_mean_tokens", .mean), ("pooling_mode_mean_sqrt_len_tokens", .meanByRoot),
    ("pooling_mode_weightedmean_tokens", .weightedMean), ("pooling_mode_lasttoken", .last),
  ]
}

/// The small files of a model's folder, each kept as it is read.
private struct SentenceFiles {
  let folder: String
  private(set) var read: [String: [UInt8]] = [:]

  init(folder: String) { self.folder = folder }

  func path(_ name: String) -> String { folder + "/" + name }

  /// The bytes of a file; nil when there is none.
  mutating func bytes(_ name: String) throws(CheckpointError) -> [UInt8]? {
    guard OpenFile.exists(path(name)) else { return nil }
    let bytes = try OpenFile.contents(of: path(name), limit: ModelContents.smallFileLimit)
    read[name] = bytes
    return bytes
  }

  /// The object in a file; nil when there is none.
  mutating func settings(_ name: String) throws(CheckpointError) -> ConfigReader? {
    guard let bytes = try bytes(name) else { return nil }
    return try ConfigReader(bytes, path: path(name))
  }

  /// The object in a file that has to be there.
  mutating func needed(_ name: String) throws(CheckpointError) -> ConfigReader {
    guard let file = try settings(name) else { throw .missingFile(name: name, folder: folder) }
    return file
  }
}

extension SentencePlan.DenseStep {
  fileprivate init(_ folder: String, _ files: inout SentenceFiles) throws(CheckpointError) {
    let file = try files.needed(SentencePlan.joined(folder, "config.json"))
    inputs = try file.required(file.int("in_features", in: ConfigReader.widths), "in_features")
    outputs = try file.required(file.int("out_features", in: ConfigReader.widths), "out_features")
    hasBias = try file.bool("bias", default: true)
    name = SentencePlan.joined(folder, ModelDirectory.weightsName)
    path = files.path(name)
    guard OpenFile.exists(path) else { throw .noWeights(folder: files.path(folder)) }
    for key in ["module_input_name", "module_output_name"] {
      guard let name = try file.string(key), name != Self.usualName else { continue }
      throw file.wrong(key, "\"\(Self.usualName)\"")
    }
    guard try !file.bool("use_residual", default: false) else {
      throw file.wrong("use_residual", "false")
    }
    activation = try Self.activation(file)
  }

  private static let usualName = "sentence_embedding"

  /// Classes in Python, by the last part of their names.
  private static let activations: [String: Activation?] = [
    "Identity": nil, "Tanh": .tanh, "ReLU": .relu, "GELU": .gelu, "SiLU": .silu,
  ]

  /// The activation that the file names; tanh where it names none.
  private static func activation(_ file: ConfigReader) throws(CheckpointError) -> Activation? {
    let key = "activation_function"
    guard let name = try file.string(key) else { return .tanh }
    guard let found = activations[String(name.split(separator: ".").last ?? "")] else {
      throw file.wrong(
        key, "a class of torch.nn: " + activations.keys.sorted().joined(separator: ", "))
    }
    return found
  }
}

extension ConfigReader {
  fileprivate static let lengths = 1...16_777_216
  fileprivate static let widths = 1...65_536
}
