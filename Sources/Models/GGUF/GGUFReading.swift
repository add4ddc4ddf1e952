import Checkpoints
import Serialization

/// Makes of a GGUF file's settings what a Hugging Face folder of the model has beside its weights.
struct GGUFReading {
  let architecture: GGUFArchitecture
  private let settings: GGUFSettings
  private let parts: GGUFParts

  init(_ parts: GGUFParts) throws(CheckpointError) {
    self.parts = parts
    settings = GGUFSettings(parts.settings, path: parts.path)
    let type = try settings.text("general.type") ?? "model"
    guard type == "model" else { throw settings.fault(.notAModel(type: type)) }
    let key = "general.architecture"
    let name = try settings.required(settings.text(key), key)
    guard let architecture = GGUFArchitecture.named(name) else {
      throw settings.fault(
        .unknownArchitecture(name, known: GGUFArchitecture.all.map(\.name)))
    }
    self.architecture = architecture
  }

  /// The heads of queries, and those of keys.
  func heads() throws(CheckpointError) -> (queries: Int, keys: Int) {
    let key = self.key("attention.head_count")
    let queries = try settings.required(settings.integer(key), key)
    let keys = try settings.integer(self.key("attention.head_count_kv")) ?? queries
    guard (1...(1 << 20)).contains(queries), (1...queries).contains(keys) else {
      throw settings.wrong(key, "is \(queries), with \(keys) for keys")
    }
    return (queries, keys)
  }

  /// All but the weights.
  func contents() throws(CheckpointError) -> ModelContents {
    let tokenizer = try GGUFTokenizer(parts.settings, path: parts.path)
    var config = try self.config()
    config["bos_token_id"] = tokenizer.beginID.map { .integer($0) } ?? .null
    config["eos_token_id"] = tokenizer.endID.map { .integer($0) } ?? .null
    var generation: JSONObject = [:]
    if !tokenizer.stopIDs.isEmpty {
      generation["eos_token_id"] = .array(tokenizer.stopIDs.map { .integer($0) })
    }
    if let id = tokenizer.beginID { generation["bos_token_id"] = .integer(id) }
    let templates = try templates()
    var tokenizerConfig = tokenizer.config
    if templates.count > 1 {
      tokenizerConfig["chat_template"] = .array(
        templates.map { ["name": .string($0.name), "template": .string($0.source)] })
    }
    return ModelContents(
      config: config, tokenizer: tokenizer.description, tokenizerConfig: tokenizerConfig,
      chatTemplate: try settings.text(Self.templateKey),
      namedTemplates: templates.count > 1 ? templates : [], generationConfig: generation)
  }

  private static let templateKey = "tokenizer.chat_template"

  /// The default template, and those that have names.
  private func templates() throws(CheckpointError) -> [NamedTemplate] {
    var templates: [NamedTemplate] = []
    if let source = try settings.text(Self.templateKey) {
      templates.append(NamedTemplate(name: "default", source: source))
    }
    for name in settings.value("tokenizer.chat_templates")?.list?.texts ?? [] {
      guard let source = try settings.text("\(Self.templateKey).\(name)") else { continue }
      templates.append(NamedTemplate(name: name, source: source))
    }
    return templates
  }

  // MARK: config.json

  private func key(_ name: String) -> String { "\(architecture.name).\(name)" }

  private func config() throws(CheckpointError) -> JSONObject {
    var config: JSONObject = [
      "model_type": .string(architecture.modelType),
      "tie_word_embeddings": .bool(parts.entry(named: "output.weight") == nil),
    ]
    for setting in architecture.settings { config[setting.key] = try value(setting) }
    for (key, tensor) in architecture.presences {
      config[key] = .bool(parts.entry(named: tensor) != nil)
    }
    guard let table = parts.entry(named: "token_embd.weight") else {
      throw .missingTensor(name: "token_embd.weight", path: parts.path)
    }
    config["vocab_size"] = .integer(table.shape[0])
    let width = try headWidth()
    if architecture.isRotary {
      try addRotary(to: &config, headWidth: width)
    }
    if let layers = architecture.widestLayerCount {
      config["query_pre_attn_scalar"] = try queryScalar(headWidth: width, widest: layers)
    }
    try checkTheRest()
    return config
  }

  private func value(_ setting: GGUFSetting) throws(CheckpointError) -> JSONValue? {
    let key = self.key(setting.name)
    let value: JSONValue? =
      switch setting.kind {
      case .integer: try settings.integer(key).map { .integer($0) }
      case .number: try settings.number(key).map { .number($0) }
      case .flag: try settings.flag(key).map { .bool($0) }
      case .windowedLayers: try layerTypes(key)
      }
    guard setting.isOptional else { return try settings.required(value, key) }
    // A window of 0 is none.
    return setting.key == "sliding_window" && value == 0 ? nil : value
  }

  /// The types of layers by a list of which have a window, or by one number: of so many layers the
  /// last has none.
  private func layerTypes(_ key: String) throws(CheckpointError) -> JSONValue? {
    guard let value = settings.value(key) else { return nil }
    var windowed = value.list?.flags ?? value.list?.integers.map { $0.map { $0 != 0 } }
    if let pattern = value.integer, pattern > 0,
      let layers = try settings.integer(self.key("block_count"))
    {
      windowed = (0..<min(max(layers, 0), 1 << 16)).map { ($0 + 1) % pattern != 0 }
    }
    guard let windowed else { throw settings.wrong(key, "is no list of layers with a window") }
    return .array(windowed.map { .string($0 ? "sliding_attention" : "full_attention") })
  }

  /// The width of a head.
  private func headWidth() throws(CheckpointError) -> Int {
    let heads = try heads().queries
    let lengthKey = key("embedding_length")
    let hidden = try settings.required(settings.integer(lengthKey), lengthKey)
    let width = try settings.integer(key("attention.key_length")) ?? hidden / heads
    let values = try settings.integer(key("attention.value_length")) ?? width
    guard values == width else {
      throw settings.wrong(
        key("attention.value_length"), "is \(values), and keys have \(width)")
    }
    return width
  }

  private func queryScalar(
    headWidth: Int, widest: Int
  ) throws(CheckpointError) -> JSONValue {
    if let scale = try settings.number(key("attention.scale")), scale > 0 {
      return .number(1 / (scale * scale))
    }
    guard try settings.integer(key("block_count")) == widest else { return .integer(headWidth) }
    let hidden = try settings.integer(key("embedding_length")) ?? 0
    return .integer(hidden / (try heads().queries))
  }

  /// Refuses what would change what the model computes and was not read.
  private func checkTheRest() throws(CheckpointError) {
    // These change nothing here: names of layouts, and what the tensors say as well.
    for name in [
      "vocab_size", "feed_forward_length", "tensor_data_layout", "pooling_type",
      "rope.scaling.finetuned",
    ] {
      _ = settings.value(key(name))
    }
    guard try settings.flag(key("attention.causal")) ?? true else {
      throw settings.wrong(key("attention.causal"), "says that this is no model of next tokens")
    }
    try settings.refuseUnread(below: architecture.name + ".")
  }

  // MARK: Rotary positions

  private func addRotary(
    to config: inout JSONObject, headWidth: Int
  ) throws(CheckpointError) {
    let turned = try settings.integer(key("rope.dimension_count")) ?? headWidth
    guard turned > 0, turned <= headWidth else {
      throw settings.wrong(key("rope.dimension_count"), "is \(turned), of a head of \(headWidth)")
    }
    if let shareKey = architecture.rotaryShareKey {
      config[shareKey] = .number(Double(turned) / Double(headWidth))
    } else if turned != headWidth {
      throw settings.wrong(
        key("rope.dimension_count"),
        "is \(turned), and heads have \(headWidth): the rest of a "
          + "head is not left alone here")
    }
    let theta = try settings.number(key("rope.freq_base"))
    if config["rope_theta"] == nil,
      architecture.settings.contains(where: { $0.key == "rope_theta" })
    {
      config["rope_theta"] = .number(theta ?? 10_000)
    }
    let scaling = try GGUFRopeScaling(
      settings, parts, prefix: key("rope"), theta: theta ?? 10_000, width: turned,
      positions: config["max_position_embeddings"]?.int)
    config["rope_scaling"] = scaling.json.map { .object($0) }
    // Phi-3 has it beside the object.
    config["original_max_position_embeddings"] = scaling.json?["original_max_position_embeddings"]
  }
}
