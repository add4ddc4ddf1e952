import Checkpoints
import Serialization

/// Makes of a GGUF file's settings what a Hugging Face folder of the model has beside its weights.
struct GGUFReading {
  let architecture: GGUFArchitecture
  let settings: GGUFSettings
  let parts: GGUFParts

  init(_ parts: GGUFParts) throws(CheckpointError) {
    self.parts = parts
    settings = GGUFSettings(parts.settings, path: parts.path)
    let type = try settings.text("general.type") ?? "model"
    guard type == "model" else { throw settings.fault(.notAModel(type: type)) }
    let key = "general.architecture"
    let name = try settings.required(settings.text(key), key)
    guard let architecture = GGUFArchitecture.named(name, tensors: parts.tensorNames) else {
      throw settings.fault(.unknownArchitecture(name, known: GGUFArchitecture.names))
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
    var contents = ModelContents(
      config: config, tokenizer: tokenizer.description, tokenizerConfig: tokenizerConfig,
      chatTemplate: try settings.text(Self.templateKey),
      namedTemplates: templates.count > 1 ? templates : [], generationConfig: generation)
    contents.sentences = try pooling().map { SentencePlan(pooling: $0) }
    return contents
  }

  /// How an encoder's file makes one vector of a text's; nil where it does not.
  private func pooling() throws(CheckpointError) -> SentencePlan.Pooling? {
    let key = key("pooling_type")
    guard architecture.isEncoder, let type = try settings.integer(key) else { return nil }
    switch type {
    case 0: return nil
    case 1: return .mean
    case 2: return .first
    case 3: return .last
    default:
      throw settings.wrong(key, "is \(type): rankings of two texts are not computed here")
    }
  }

  /// The key of a setting of the architecture.
  func key(_ name: String) -> String { "\(architecture.name).\(name)" }

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
}
