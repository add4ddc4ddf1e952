import Serialization
import Tensors

/// The files of sentence-transformers: `modules.json` lists what is done after the model, each with a
/// folder of its settings.
extension SentencePlan {
  /// Reads what a model folder says of it; nil when it says nothing.
  ///
  /// - Throws: ``CheckpointError/unsupported(path:key:value:reason:)`` for a module that would do
  ///   something else with the vector.
  init?(folder: String) throws(CheckpointError) {
    guard let modules = try Self.modules(folder) else { return nil }
    self.init()
    try readText(folder)
    poolings = []
    for module in modules {
      switch module.type {
      case "Transformer":
        guard module.path.isEmpty else {
          throw module.refused("the model's own files are in a folder below this one")
        }
      case "Pooling":
        guard poolings.isEmpty, steps.isEmpty else { throw module.refused("it comes twice") }
        try readPooling(folder + "/" + module.path)
      case "Normalize": steps.append(.normalize)
      case "Dense": steps.append(.dense(try DenseStep(folder: folder + "/" + module.path)))
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
  }

  /// The name of the list of modules.
  static let listName = "modules.json"

  // MARK: The list

  private struct Module {
    let type: String
    let path: String
    let list: String

    func refused(_ reason: String) -> CheckpointError {
      .unsupported(path: list, key: "type", value: "\"\(shown(type))\"", reason: reason)
    }
  }

  private static func modules(_ folder: String) throws(CheckpointError) -> [Module]? {
    let path = folder + "/" + listName
    guard OpenFile.exists(path) else { return nil }
    let bytes = try OpenFile.contents(of: path, limit: ModelContents.smallFileLimit)
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

  // MARK: Settings

  /// Names of the settings of texts; each family of models had its own.
  private static let textFiles = [
    "bert", "roberta", "distilbert", "camembert", "albert",
    "xlm-roberta", "xlnet",
  ].map { "sentence_\($0)_config.json" }

  private mutating func readText(_ folder: String) throws(CheckpointError) {
    for name in Self.textFiles {
      guard let file = try Self.object(folder + "/" + name) else { continue }
      maximumLength = try file.int("max_seq_length", in: ConfigReader.lengths)
      lowercases = try file.bool("do_lower_case", default: false)
      break
    }
    guard let file = try Self.object(folder + "/config_sentence_transformers.json") else { return }
    guard let name = try file.string("default_prompt_name") else { return }
    guard let text = try file.section("prompts")?.string(name) else {
      throw file.wrong("default_prompt_name", "a name among `prompts`")
    }
    prompt = text
  }

  /// Reads `pooling_mode`, or the truth values that were there before it.
  private mutating func readPooling(_ folder: String) throws(CheckpointError) {
    let file = try Self.neededObject(folder + "/config.json")
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

  fileprivate static func object(_ path: String) throws(CheckpointError) -> ConfigReader? {
    guard OpenFile.exists(path) else { return nil }
    return try neededObject(path)
  }

  fileprivate static func neededObject(_ path: String) throws(CheckpointError) -> ConfigReader {
    try ConfigReader(OpenFile.contents(of: path, limit: ModelContents.smallFileLimit), path: path)
  }
}

extension SentencePlan.DenseStep {
  fileprivate init(folder: String) throws(CheckpointError) {
    let file = try SentencePlan.neededObject(folder + "/config.json")
    inputs = try file.required(file.int("in_features", in: ConfigReader.widths), "in_features")
    outputs = try file.required(file.int("out_features", in: ConfigReader.widths), "out_features")
    hasBias = try file.bool("bias", default: true)
    path = folder + "/model.safetensors"
    guard OpenFile.exists(path) else { throw .noWeights(folder: folder) }
    for (key, usual) in [
      ("module_input_name", Self.usualName), ("module_output_name", Self.usualName),
    ] {
      guard let name = try file.string(key), name != usual else { continue }
      throw file.wrong(key, "\"\(usual)\"")
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
