package import Serialization
package import Tokenizers

/// Everything of a model folder but the weights.
package struct ModelContents: Sendable {
  /// config.json.
  package var config: JSONObject
  /// The bytes of tokenizer.json; empty where the tokenizer is in files of another form.
  package var tokenizer: [UInt8]
  /// What else says how text becomes tokens: files by their names, as far as they are needed.
  package internal(set) var otherTokenizerFiles: [String: [UInt8]] = [:]
  /// tokenizer_config.json; empty when there is none.
  package var tokenizerConfig: JSONObject
  /// The template that turns messages into text, when the model has one.
  package var chatTemplate: String?
  /// The templates of tokenizer_config.json that have names, `default` among them where it is.
  package internal(set) var namedTemplates: [NamedTemplate] = []
  /// generation_config.json; empty when there is none.
  package var generationConfig: JSONObject
  /// What a reader of the folder should know, in sentences.
  package var notes: [String] = []
  /// classifier.json; nil when there is none.
  package var classifier: ClassifierFile?
  /// How a text becomes one vector; nil where the folder does not say.
  package var sentences: SentencePlan?

  package init(
    config: JSONObject, tokenizer: [UInt8], tokenizerConfig: JSONObject = [:],
    chatTemplate: String? = nil, namedTemplates: [NamedTemplate] = [],
    generationConfig: JSONObject = [:]
  ) {
    self.config = config
    self.tokenizer = tokenizer
    self.tokenizerConfig = tokenizerConfig
    self.chatTemplate = chatTemplate
    self.namedTemplates = namedTemplates
    self.generationConfig = generationConfig
  }

  /// All that says how text becomes tokens.
  package var tokenizerFiles: TokenizerFiles {
    var files = otherTokenizerFiles
    if !tokenizer.isEmpty { files["tokenizer.json"] = tokenizer }
    return TokenizerFiles(
      files, config: tokenizerConfig, modelType: config["model_type"]?.string)
  }

  /// Takes the tokenizer that was read, so that a saved folder has it in one form, with what goes
  /// without saying in others.
  package mutating func adopt(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer.fileContents
    otherTokenizerFiles = [:]
    for (name, text) in tokenizer.specialNames where tokenizerConfig[name]?.isNull ?? true {
      tokenizerConfig[name] = .string(text)
    }
  }

  /// Names tokens that were added to the tokenizer where tokenizer_config.json names them: among the
  /// special ones, and by their ids where it has such a list.
  package mutating func nameAdded(_ tokens: [(id: Int, text: String)]) {
    let key = "additional_special_tokens"
    let named = tokenizerConfig[key]?.array ?? []
    tokenizerConfig[key] = .array(named + tokens.map { .string($0.text) })
    guard var list = tokenizerConfig["added_tokens_decoder"]?.object else { return }
    for (id, text) in tokens {
      list["\(id)"] = [
        "content": .string(text), "lstrip": false, "normalized": false, "rstrip": false,
        "single_word": false, "special": true,
      ]
    }
    tokenizerConfig["added_tokens_decoder"] = .object(list)
  }

  /// The ids at which generation is said to stop: generation_config.json's, else config.json's.
  package var endOfSequenceIDs: [Int] {
    let own = generationConfig["eos_token_id"] ?? .null
    return own.isNull ? configEndOfSequenceIDs : Self.ids(own)
  }

  /// The ids at which an answer ends by config.json.
  package var configEndOfSequenceIDs: [Int] { config["eos_token_id"].map(Self.ids) ?? [] }

  private static func ids(_ value: JSONValue) -> [Int] {
    (value.array ?? [value]).compactMap(\.int)
  }

  private static let specialTokenKeys = ["bos_token", "eos_token", "pad_token", "unk_token"]

  /// Takes the weights for plain numbers, which they are once they are read: what the config says of
  /// how the files keep them is left out, and said to the reader.
  mutating func useUnpacked(_ scheme: any WeightQuantization) {
    for key in QuantizationConfig.keys { config[key] = nil }
    notes.append(
      "the weights are quantised (\(scheme.name)) and were unpacked: they compute as they are, in "
        + "f32, and `save model` writes them as plain numbers.")
  }

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
  /// The largest tokenizer.json that is read, in bytes.
  package static let tokenizerLimit = 256 << 20

  /// Reads all but the weights from a Hugging Face folder.
  init(folder: String) throws(CheckpointError) {
    func optional(_ name: String, limit: Int) throws(CheckpointError) -> [UInt8]? {
      let path = folder + "/" + name
      return OpenFile.exists(path) ? try OpenFile.contents(of: path, limit: limit) : nil
    }
    func object(_ name: String) throws(CheckpointError) -> JSONObject {
      guard let bytes = try optional(name, limit: Self.smallFileLimit) else { return [:] }
      return try ConfigReader(bytes, path: folder + "/" + name).object
    }
    func required(_ name: String, limit: Int) throws(CheckpointError) -> [UInt8] {
      guard let bytes = try optional(name, limit: limit) else {
        throw .missingFile(name: name, folder: folder)
      }
      return bytes
    }
    config = try ConfigReader(
      required("config.json", limit: Self.smallFileLimit), path: folder + "/config.json"
    ).object
    tokenizer = try optional("tokenizer.json", limit: Self.tokenizerLimit) ?? []
    let names = (tokenizer.isEmpty ? TokenizerFiles.names : []) + TokenizerFiles.additions
    for name in names {
      otherTokenizerFiles[name] = try optional(name, limit: Self.tokenizerLimit)
    }
    if tokenizer.isEmpty, otherTokenizerFiles.keys.allSatisfy(TokenizerFiles.additions.contains) {
      throw .missingFile(name: "tokenizer.json", folder: folder)
    }
    tokenizerConfig = try object("tokenizer_config.json")
    // Older folders name the special tokens in a file of their own.
    let specialTokensMap = try object("special_tokens_map.json")
    for key in Self.specialTokenKeys where tokenizerConfig[key]?.isNull ?? true {
      if let token = specialTokensMap[key] { tokenizerConfig[key] = token }
    }
    generationConfig = try object("generation_config.json")
    classifier = try ClassifierFile(folder: folder)
    sentences = try SentencePlan(folder: folder)
    namedTemplates = try Self.namedTemplates(in: tokenizerConfig, folder: folder)
    chatTemplate = NamedTemplate.byDefault(namedTemplates)
    if let only = tokenizerConfig["chat_template"]?.string { chatTemplate = only }
    if let bytes = try optional("chat_template.jinja", limit: Self.smallFileLimit) {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .notUTF8(path: folder + "/chat_template.jinja")
      }
      chatTemplate = text
    }
    if chatTemplate == nil, let first = namedTemplates.first {
      let names = namedTemplates.map { "`\($0.name)`" }.joined(separator: ", ")
      notes.append(
        "the model has chat templates of several names, \(names), and none is the default: "
          + "`set template \"\(first.name)\"` takes one.")
    }
  }

  /// The templates of a list in tokenizer_config.json.
  private static func namedTemplates(
    in config: JSONObject, folder: String
  ) throws(CheckpointError) -> [NamedTemplate] {
    switch config["chat_template"] {
    case nil, .null, .string: return []
    case .array(let list):
      let templates = list.compactMap { entry in
        entry["name"]?.string.flatMap { name in
          entry["template"]?.string.map { NamedTemplate(name: name, source: $0) }
        }
      }
      if templates.count == list.count { return templates }
    default: break
    }
    let file = ConfigReader(config, path: folder + "/tokenizer_config.json")
    throw file.wrong("chat_template", "a text, or a list of { name, template }")
  }
}

/// One of several chat templates of a model.
package struct NamedTemplate: Hashable, Sendable {
  /// What `set template` knows it by.
  package let name: String
  /// The template, as Jinja.
  package let source: String

  package init(name: String, source: String) {
    self.name = name
    self.source = source
  }

  /// The one that counts when none is asked for: `default`, or the only one.
  static func byDefault(_ templates: [NamedTemplate]) -> String? {
    (templates.first { $0.name == "default" } ?? (templates.count == 1 ? templates.first : nil))?
      .source
  }
}
