package import Serialization

/// How an adapter is made: PEFT's `adapter_config.json`.
package struct AdapterConfig: Hashable, Sendable {
  /// Which modules are meant.
  package enum Targets: Hashable, Sendable {
    /// Names of modules, or how they end after a dot, such as `q_proj`; sorted.
    case modules([String])
    /// A regular expression over whole module names; `all-linear` is one of PEFT's words.
    case pattern(String)
  }

  /// Which biases of the base are trained.
  package enum Biases: String, CaseIterable, Hashable, Sendable {
    case none
    case all
    /// Those of the layers that carry the adapter.
    case ofTargets = "lora_only"
  }

  /// How the matrices began, as far as it counts: what was put into them was taken out of the base.
  package enum Start: Hashable, Sendable {
    /// The base was left as it is.
    case plain
    /// The largest singular values of each layer, arXiv:2404.02948.
    case largestParts
    /// The first columns of each layer's orthogonal factor, arXiv:2406.01775.
    case orthogonalFactor
  }

  /// The tokens whose vectors are trained, of one table.
  package struct TokenRows: Hashable, Sendable {
    /// The table's module; nil for the one that tokens are looked up in.
    package let module: String?
    /// The tokens, in the order of the rows of the file.
    package let tokens: [Int]

    package init(module: String?, tokens: [Int]) { (self.module, self.tokens) = (module, tokens) }
  }

  /// What it does to the weights.
  package let kind: AdapterKind
  /// The model it was trained on: a folder or a name on the hub.
  package var baseModel: String?
  /// Which commit of the model on the hub, where that is said.
  package var revision: String?
  /// PEFT's word for what the model does, such as `CAUSAL_LM`.
  package var taskType: String?
  /// That of an adapter of which nothing is asked but hidden states.
  package static let vectorTask = "FEATURE_EXTRACTION"
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
  /// Which modules do not, whatever ``targets`` says.
  package var excluded: Targets = .modules([])
  /// The layers that carry one, nil for all; counts with names only.
  package var layers: [Int]?
  /// What lists of layers are called; empty for any name.
  package var layerLists: [String] = []
  /// Tensors that carry an adapter, as peft names those of experts.
  package var targetParameters: [String] = []
  /// Modules that are trained and saved whole.
  package var modulesToSave: [String]
  /// Ranks of modules that a key fits, where they differ from ``rank``.
  package var rankPattern: [String: Int]
  /// Alphas of modules that a key fits, where they differ from ``alpha``.
  package var alphaPattern: [String: Double]
  /// Which biases of the base are trained.
  package var biases = Biases.none
  /// PEFT's `lora_bias`: the adapter has a bias of its own.
  package var addsBias = false
  /// Tokens whose vectors are trained.
  package var tokenRows: [TokenRows] = []
  /// PEFT's `ensure_weight_tying`: what changes the table of tokens changes a head that is one with
  /// it.
  package var keepsTies = false
  /// How the matrices began.
  package var start = Start.plain
  /// The file as it was read; empty for a new adapter.
  package private(set) var raw: JSONObject = [:]

  /// Makes the config of a new adapter, whose modules all have one rank and one alpha.
  package init(
    baseModel: String?, rank: Int, alpha: Double, dropout: Double = 0, targetModules: [String],
    taskType: String? = "CAUSAL_LM", usesRankStabilization: Bool = false,
    usesDecomposition: Bool = false, fanInFanOut: Bool = false
  ) {
    kind = .lowRank
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
    guard let kind = AdapterKind(rawValue: type) else {
      let (reason, remedy) = AdapterKind.refusal(of: type)
      throw .unsupportedAdapter(
        path: path, key: "peft_type", value: "\"\(shown(type))\"", reason: reason, remedy: remedy)
    }
    self.kind = kind
    try AdapterKey.refuse(file, kind)
    raw = file.object
    baseModel = try file.string("base_model_name_or_path")
    revision = try file.string("revision")
    taskType = try file.string("task_type")
    rank = try file.int(kind.rankKey, in: Self.rankRange) ?? kind.usualRank
    alpha = try file.double(kind.alphaKey, above: 0, upTo: 1e6) ?? 8
    dropout = try Self.dropout(file)
    usesRankStabilization = try file.bool("use_rslora", default: false)
    usesDecomposition = try file.bool("use_dora", default: false)
    fanInFanOut = try file.bool("fan_in_fan_out", default: false)
    targetParameters = try file.targetParameters()
    modulesToSave = try file.strings("modules_to_save")
    (rankPattern, alphaPattern) = try Self.patterns(file, kind)
    targets = try Self.requiredTargets(file, kind)
    excluded = try file.targets("exclude_modules") ?? .modules([])
    layers = try file.layers()
    layerLists = try file.textOrTexts("layers_pattern")
    biases = try file.biases()
    addsBias = try file.bool("lora_bias", default: false)
    keepsTies = try file.bool("ensure_weight_tying", default: false)
    start = try file.start()
    tokenRows = try file.tokenRows(kind, targets)
  }

  static let rankRange = 1...65_536
}

// MARK: Reading

extension AdapterConfig {
  private static func dropout(_ file: ConfigReader) throws(CheckpointError) -> Double {
    guard let value = file.value("lora_dropout") else { return 0 }
    guard let dropout = value.double, dropout >= 0, dropout < 1 else {
      throw file.wrong("lora_dropout", "a number from 0 to below 1")
    }
    return dropout
  }

  private static func requiredTargets(
    _ file: ConfigReader, _ kind: AdapterKind
  ) throws(CheckpointError) -> Targets {
    if let targets = try file.targets("target_modules") { return targets }
    // An adapter of tokens alone goes by where tokens are looked up.
    if kind == .tokens || file.value("trainable_token_indices") != nil { return .modules([]) }
    throw .missingSetting(path: file.path, key: "target_modules")
  }

  private static func patterns(
    _ file: ConfigReader, _ kind: AdapterKind
  ) throws(CheckpointError) -> (ranks: [String: Int], alphas: [String: Double]) {
    var (ranks, alphas): ([String: Int], [String: Double]) = ([:], [:])
    // AdaLoRA's is a list of the ranks that are left, which the matrices show themselves.
    if kind != .adaptiveRank, let section = try file.section("rank_pattern") {
      for key in section.object.keys { ranks[key] = try section.int(key, in: Self.rankRange) }
    }
    if let section = try file.section("alpha_pattern") {
      for key in section.object.keys {
        alphas[key] = try section.double(key, above: 0, upTo: 1e6)
      }
    }
    return (ranks, alphas)
  }
}

extension AdapterKind {
  fileprivate var rankKey: String { self == .adaptiveRank ? "init_r" : "r" }

  fileprivate var usualRank: Int {
    switch self {
    case .adaptiveRank: 12
    case .sharedMatrices: 256
    default: 8
    }
  }

  fileprivate var alphaKey: String {
    self == .elementwiseProduct || self == .kroneckerProduct ? "alpha" : "lora_alpha"
  }
}

extension ConfigReader {
  fileprivate func targets(_ key: String) throws(CheckpointError) -> AdapterConfig.Targets? {
    guard let value = value(key) else { return nil }
    if let pattern = value.string { return .pattern(pattern) }
    return .modules(try strings(key).sorted())
  }

  fileprivate func textOrTexts(_ key: String) throws(CheckpointError) -> [String] {
    if let text = value(key)?.string { return text.isEmpty ? [] : [text] }
    return try strings(key)
  }

  /// The tensors that carry an adapter: those of experts, and weights of modules.
  fileprivate func targetParameters() throws(CheckpointError) -> [String] {
    let key = "target_parameters"
    let names = try strings(key)
    let strange = names.first { name in
      !["gate_up_proj", "down_proj", "weight"].contains(name.split(separator: ".").last ?? "")
    }
    guard let strange else { return names }
    throw .unsupportedAdapter(
      path: path, key: key, value: shown(strange),
      reason: "of tensors only weights and those of all experts are known",
      remedy: .merge)
  }

  fileprivate func layers() throws(CheckpointError) -> [Int]? {
    guard let value = value("layers_to_transform") else { return nil }
    if let one = value.int { return [one] }
    let layers = (value.array ?? []).compactMap(\.int)
    guard let array = value.array, layers.count == array.count else {
      throw wrong("layers_to_transform", "a layer's number, or a list of them")
    }
    return layers.isEmpty ? nil : layers
  }

  fileprivate func biases() throws(CheckpointError) -> AdapterConfig.Biases {
    guard let text = try string("bias") else { return .none }
    // VeRA and others write their own name before `_only`.
    if text.hasSuffix("_only") { return .ofTargets }
    guard let biases = AdapterConfig.Biases(rawValue: text) else {
      throw wrong("bias", "\"none\", \"all\" or \"lora_only\"")
    }
    return biases
  }

  fileprivate func start() throws(CheckpointError) -> AdapterConfig.Start {
    switch value("init_lora_weights")?.string {
    case "pissa": .largestParts
    case "olora": .orthogonalFactor
    default: .plain
    }
  }

  fileprivate func tokenRows(
    _ kind: AdapterKind, _ targets: AdapterConfig.Targets
  ) throws(CheckpointError) -> [AdapterConfig.TokenRows] {
    if kind == .tokens {
      let tokens = try tokens("token_indices", required(value("token_indices"), "token_indices"))
      guard case .modules(let names) = targets, !names.isEmpty else {
        return [.init(module: nil, tokens: tokens)]
      }
      return names.map { .init(module: $0, tokens: tokens) }
    }
    let key = "trainable_token_indices"
    guard let value = value(key) else { return [] }
    guard let members = value.object else {
      let tokens = try tokens(key, value)
      return tokens.isEmpty ? [] : [.init(module: nil, tokens: tokens)]
    }
    var rows: [AdapterConfig.TokenRows] = []
    for (module, list) in members.entries {
      rows.append(.init(module: module, tokens: try tokens(key, list)))
    }
    return rows
  }

  private func tokens(_ key: String, _ value: JSONValue) throws(CheckpointError) -> [Int] {
    let tokens = (value.array ?? []).compactMap(\.int)
    guard let array = value.array, tokens.count == array.count, tokens.allSatisfy({ $0 >= 0 }),
      Set(tokens).count == tokens.count
    else { throw wrong(key, "a list of different tokens' numbers") }
    return tokens
  }
}
