import Checkpoints
import Serialization

/// The config.json of a GGUF file.
extension GGUFReading {
  func config() throws(CheckpointError) -> JSONObject {
    var config: JSONObject = [
      "model_type": .string(architecture.modelType),
      "tie_word_embeddings": .bool(parts.entry(named: "output.weight") == nil),
    ]
    config = config.overlaid(by: architecture.constants)
    for setting in architecture.settings {
      if let value = try value(setting) { config.set(value, at: setting.key) }
    }
    for (key, tensor) in architecture.presences {
      config[key] = .bool(parts.entry(named: tensor) != nil)
    }
    guard let table = parts.entry(named: "token_embd.weight") else {
      throw .missingTensor(name: "token_embd.weight", path: parts.path)
    }
    config["vocab_size"] = .integer(table.shape[0])
    if let key = architecture.expertWidthKey, config[key] == nil {
      config[key] = expertWidth.map { .integer($0) }
    }
    if architecture.isEncoder { addTables(to: &config) }
    let width =
      try architecture.hasLatentAttention ? addLatentAttention(to: &config) : headWidth()
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
    guard try settings.flag(key("attention.causal")) ?? true != architecture.isEncoder else {
      throw settings.wrong(
        key("attention.causal"),
        architecture.isEncoder
          ? "says that this model writes texts" : "says that this is no model of next tokens")
    }
    let scoring = try settings.integer(key("expert_gating_func"))
    guard scoring == nil || scoring == 0 || scoring == architecture.expertScoring else {
      throw settings.wrong(
        key("expert_gating_func"),
        "is \(scoring ?? 0): experts of \(architecture.modelType) models are chosen otherwise here")
    }
    try settings.refuseUnread(below: architecture.name + ".")
  }

  // MARK: Parts that tensors and settings of their own describe

  /// The width of an expert, by a tensor of all experts.
  private var expertWidth: Int? {
    parts.tensorNames.first { $0.hasSuffix(".ffn_down_exps.weight") }
      .flatMap { parts.entry(named: $0)?.shape.last }
  }

  /// The rows of an encoder's tables of positions and of kinds of text.
  private func addTables(to config: inout JSONObject) {
    for (key, tensor) in [
      ("max_position_embeddings", "position_embd.weight"),
      ("type_vocab_size", "token_types.weight"),
    ] {
      if let entry = parts.entry(named: tensor) {
        config[key] = .integer(entry.shape.count > 1 ? entry.shape[0] : 1)
      }
    }
  }

  /// The widths of heads that are made of narrow states; returns that which positions turn.
  ///
  /// Newer files say how they compute, with one head of keys as wide as the state, and have the widths
  /// of the model's heads beside it.
  private func addLatentAttention(to config: inout JSONObject) throws(CheckpointError) -> Int {
    func width(_ name: String) throws(CheckpointError) -> Int {
      let plain = try settings.integer(key("attention.\(name)_length"))
      let own = try settings.integer(key("attention.\(name)_length_mla")) ?? plain
      return try settings.required(own, key("attention.\(name)_length"))
    }
    let turnedKey = key("rope.dimension_count")
    let turned = try settings.required(settings.integer(turnedKey), turnedKey)
    let keyWidth = try width("key")
    guard turned > 0, turned < keyWidth else {
      throw settings.wrong(turnedKey, "is \(turned), of keys of \(keyWidth)")
    }
    config["qk_nope_head_dim"] = .integer(keyWidth - turned)
    config["v_head_dim"] = .integer(try width("value"))
    config["num_key_value_heads"] = .integer(try heads().queries)
    if config["q_lora_rank"] == nil { config["q_lora_rank"] = .null }
    let isGrouped = config["n_group"]?.int ?? 1 > 1
    config["topk_method"] =
      architecture.expertScoring == 2 ? "noaux_tc" : isGrouped ? "group_limited_greedy" : "greedy"
    return turned
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
    config["rope_scaling"] = scaling.json.map {
      .object($0.overlaid(by: architecture.ropeConstants))
    }
    if !architecture.ropeConstants.isEmpty {
      // The family's config stretches positions where it says nothing.
      config["rope_parameters"] = ["rope_type": "default", "rope_theta": .number(theta ?? 10_000)]
    }
    // Phi-3 has it beside the object.
    config["original_max_position_embeddings"] = scaling.json?["original_max_position_embeddings"]
  }
}

extension JSONObject {
  /// Sets a member, or that of an object in it: `attn_config.alibi_bias_max`.
  fileprivate mutating func set(_ value: JSONValue, at key: String) {
    let path = key.split(separator: ".").map(String.init)
    guard path.count == 2 else {
      self[key] = value
      return
    }
    var inner = self[path[0]]?.object ?? [:]
    inner[path[1]] = value
    self[path[0]] = .object(inner)
  }
}
