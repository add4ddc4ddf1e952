package import Serialization

/// How a LoRA adapter is made: PEFT's `adapter_config.json`.
package struct AdapterConfig: Hashable, Sendable {
  /// Which modules carry an adapter.
  package enum Targets: Hashable, Sendable {
    /// The last parts of module names, such as `q_proj`, sorted.
    case modules([String])
    /// A regular expression over whole module names; `all-linear` is one of PEFT's words.
    case pattern(String)
  }

  /// The model it was trained on: a folder or a name on the hub.
  package var baseModel: String?
  /// Which commit of the model on the hub, where that is said.
  package var revision: String?
  /// PEFT's word for what the model does, such as `CAUSAL_LM`.
  package var taskType: String?
  /// R, the width of the bottleneck.
  package var rank: Int
  /// The update is scaled by `alpha / rank`, or `alpha / √rank` with ``usesRankStabilization``.
  package var alpha: Double
  /// The share of inputs dropped in training, in `0..<1`.
  package var dropout: Double
  /// PEFT's `use_rslora`.
  package var usesRankStabilization: Bool
  /// PEFT's `use_dora`: each module also has a magnitude an output.
  package var usesDecomposition: Bool
  /// Whether the base model's files keep weights as [in, out], as GPT-2's do: written for PEFT; what
  /// counts on reading is the base model, there as here.
  package var fanInFanOut: Bool
  /// Which modules carry an adapter.
  package var targets: Targets
  /// Modules that are trained and saved whole.
  package var modulesToSave: [String]
  /// Ranks of modules whose names end with a key, where they differ from ``rank``.
  package var rankPattern: [String: Int]
  /// Alphas of modules whose names end with a key, where they differ from ``alpha``.
  package var alphaPattern: [String: Double]
  /// The file as it was read; empty for a new adapter.
  package private(set) var raw: JSONObject = [:]

  /// Makes the config of a new adapter, whose modules all have one rank and one alpha.
  package init(
    baseModel: String?, rank: Int, alpha: Double, dropout: Double = 0, targetModules: [String],
    taskType: String? = "CAUSAL_LM", usesRankStabilization: Bool = false,
    usesDecomposition: Bool = false, fanInFanOut: Bool = false
  ) {
    self.baseModel = baseModel
    revision = nil
    self.taskType = taskType
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.usesRankStabilization = usesRankStabilization
    self.usesDecomposition = usesDecomposition
    self.fanInFanOut = fanInFanOut
    targets = .modules(targetModules.sorted())
    modulesToSave = []
    rankPattern = [:]
    alphaPattern = [:]
  }

  /// Reads an adapter_config.json; `path` is for messages.
  package init(fileContents: [UInt8], path: String) throws(CheckpointError) {
    let file = try ConfigReader(fileContents, path: path)
    let type = try file.required(file.string("peft_type"), "peft_type")
    guard type == "LORA" else {
      throw .unsupported(
        path: path, key: "peft_type", value: "\"\(type)\"", reason: "only LORA is supported")
    }
    try AdapterKey.refuse(file)
    raw = file.object
    baseModel = try file.string("base_model_name_or_path")
    revision = try file.string("revision")
    taskType = try file.string("task_type")
    rank = try file.int("r", in: Self.rankRange) ?? 8
    alpha = try file.double("lora_alpha", above: 0, upTo: 1e6) ?? 8
    dropout = try Self.dropout(file)
    usesRankStabilization = try file.bool("use_rslora", default: false)
    usesDecomposition = try file.bool("use_dora", default: false)
    fanInFanOut = try file.bool("fan_in_fan_out", default: false)
    targets = try Self.targets(file)
    modulesToSave = try file.strings("modules_to_save")
    rankPattern = [:]
    alphaPattern = [:]
    if let ranks = try file.section("rank_pattern") {
      for key in ranks.object.keys { rankPattern[key] = try ranks.int(key, in: Self.rankRange) }
    }
    if let alphas = try file.section("alpha_pattern") {
      for key in alphas.object.keys {
        alphaPattern[key] = try alphas.double(key, above: 0, upTo: 1e6)
      }
    }
  }

  static let rankRange = 1...65_536

  private static func dropout(_ file: ConfigReader) throws(CheckpointError) -> Double {
    guard let value = file.value("lora_dropout") else { return 0 }
    guard let dropout = value.double, dropout >= 0, dropout < 1 else {
      throw file.wrong("lora_dropout", "a number from 0 to below 1")
    }
    return dropout
  }

  private static func targets(_ file: ConfigReader) throws(CheckpointError) -> Targets {
    let value = try file.required(file.value("target_modules"), "target_modules")
    if let pattern = value.string { return .pattern(pattern) }
    return .modules(try file.strings("target_modules").sorted())
  }
}
