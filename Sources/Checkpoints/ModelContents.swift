package import Serialization

/// Everything of a model folder but the weights.
package struct ModelContents: Sendable {
  package var config: ModelConfig
  /// The bytes of tokenizer.json.
  package var tokenizer: [UInt8]
  /// tokenizer_config.json; empty when there is none.
  package var tokenizerConfig: JSONObject
  /// The template that turns messages into text, when the model has one.
  package var chatTemplate: String?
  /// generation_config.json; empty when there is none.
  package var generationConfig: JSONObject
  /// What a reader of the folder should know, in sentences.
  package var notes: [String] = []
  /// classifier.json; nil when there is none.
  package var classifier: ClassifierFile?

  package init(
    config: ModelConfig, tokenizer: [UInt8], tokenizerConfig: JSONObject = [:],
    chatTemplate: String? = nil, generationConfig: JSONObject = [:]
  ) {
    self.config = config
    self.tokenizer = tokenizer
    self.tokenizerConfig = tokenizerConfig
    self.chatTemplate = chatTemplate
    self.generationConfig = generationConfig
  }

  /// The ids at which generation is said to stop: generation_config.json's, else config.json's.
  package var endOfSequenceIDs: [Int] {
    switch generationConfig["eos_token_id"] {
    case .some(let value) where !value.isNull: (value.array ?? [value]).compactMap(\.int)
    default: config.endOfSequenceIDs
    }
  }

  private static let specialTokenKeys = ["bos_token", "eos_token", "pad_token", "unk_token"]

  /// The texts of the special tokens that chat templates name, such as `bos_token`.
  package var specialTokens: [String: String] {
    var texts: [String: String] = [:]
    for key in Self.specialTokenKeys {
      let value = tokenizerConfig[key]
      texts[key] = value?.string ?? value?["content"]?.string
    }
    return texts
  }
}

extension ModelContents {
  /// The largest config or template that is read, in bytes.
  package static let smallFileLimit = 16 << 20
  package static let tokenizerLimit = 256 << 20

  /// Reads all but the weights from a Hugging Face folder.
  init(folder: String) throws(CheckpointError) {
    func optional(_ name: String, limit: Int) throws(CheckpointError) -> [UInt8]? {
      let path = folder + "/" + name
      return OpenFile.exists(path) ? try OpenFile.contents(of: path, limit: limit) : nil
    }
    func object(_ name: String) throws(CheckpointError) -> JSONObject {
      guard let bytes = try optional(name, limit: Self.smallFileLimit) else { return [:] }
      return try SettingsReader(bytes, path: folder + "/" + name).object
    }
    func required(_ name: String, limit: Int) throws(CheckpointError) -> [UInt8] {
      guard let bytes = try optional(name, limit: limit) else {
        throw .missingFile(name: name, folder: folder)
      }
      return bytes
    }
    config = try ModelConfig(
      fileContents: required("config.json", limit: Self.smallFileLimit),
      path: folder + "/config.json")
    tokenizer = try required("tokenizer.json", limit: Self.tokenizerLimit)
    tokenizerConfig = try object("tokenizer_config.json")
    // Older folders name the special tokens in a file of their own.
    let specialTokensMap = try object("special_tokens_map.json")
    for key in Self.specialTokenKeys where tokenizerConfig[key]?.isNull ?? true {
      if let token = specialTokensMap[key] { tokenizerConfig[key] = token }
    }
    generationConfig = try object("generation_config.json")
    classifier = try ClassifierFile(folder: folder)
    chatTemplate = try Self.template(in: tokenizerConfig, folder: folder)
    if let bytes = try optional("chat_template.jinja", limit: Self.smallFileLimit) {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .notUTF8(path: folder + "/chat_template.jinja")
      }
      chatTemplate = text
    }
    let ids = 0...(config.vocabularySize - 1)
    let generation = SettingsReader(generationConfig, path: folder + "/generation_config.json")
    _ = try ModelConfig.tokenIDs("eos_token_id", in: ids, generation)
  }

  /// The template of tokenizer_config.json: a text, or a list of which `default` counts.
  private static func template(
    in config: JSONObject, folder: String
  ) throws(CheckpointError) -> String? {
    switch config["chat_template"] {
    case nil, .null: return nil
    case .string(let text): return text
    case .array(let choices):
      let byDefault = choices.first { $0["name"]?.string == "default" } ?? choices.first
      if let text = byDefault?["template"]?.string { return text }
    default: break
    }
    let file = SettingsReader(config, path: folder + "/tokenizer_config.json")
    throw file.wrong("chat_template", "a text, or a list of { name, template }")
  }
}
