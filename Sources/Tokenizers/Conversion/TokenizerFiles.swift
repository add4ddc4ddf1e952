package import Serialization

/// The files of a folder that say how text becomes tokens, whatever their form.
package struct TokenizerFiles: Sendable {
  /// The names of the files that are looked for, and of which the first counts.
  package static let names = [
    "tokenizer.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model",
    "tiktoken.model", "qwen.tiktoken", "vocab.json", "merges.txt", "vocab.txt",
  ]
  /// The names of files that add special tokens.
  package static let additions = ["special_tokens_map.json", "added_tokens.json"]

  /// What each file holds.
  private let files: [String: [UInt8]]
  /// tokenizer_config.json.
  private let config: JSONObject
  private let modelType: String?

  /// - Parameters:
  ///   - files: the contents of those of ``names`` and ``additions`` that there are.
  ///   - config: tokenizer_config.json; empty when there is none.
  ///   - modelType: the `model_type` of config.json, which stands for the tokenizer's class where
  ///     no file names it.
  package init(_ files: [String: [UInt8]], config: JSONObject = [:], modelType: String? = nil) {
    self.files = files
    self.config = config
    self.modelType = modelType
  }

  /// The description they come to, its bytes, which are those of `tokenizer.json` where nothing is
  /// added, and the special tokens that go without saying in files of another form.
  func description() throws(TokenizerError) -> (
    root: JSONValue, bytes: [UInt8], names: [String: String]
  ) {
    let settings = try FileSection(.object(config), path: "tokenizer_config")
    let special = SpecialTokens(
      settings, map: try object("special_tokens_map.json"),
      addedTokens: try object("added_tokens.json"))
    if let bytes = files["tokenizer.json"] {
      let root = try Self.parsed(bytes)
      guard let object = root.object,
        let completed = try special.completing(object, defaults: [:], added: [])
      else { return (root, bytes, [:]) }
      return Self.written(completed, [:])
    }
    let source = try source(settings)
    let bare = source.object
    var root =
      try special.completing(bare, defaults: source.names, added: source.added) ?? bare
    if source.postProcessor.isNull {
      root["post_processor"] = try postProcessor(source, root, special, settings)
    }
    return Self.written(root, source.names)
  }

  private static func written(
    _ root: JSONObject, _ names: [String: String]
  ) -> (root: JSONValue, bytes: [UInt8], names: [String: String]) {
    (.object(root), Array(JSONValue.object(root).text.utf8), names)
  }

  static func parsed(_ bytes: [UInt8]) throws(TokenizerError) -> JSONValue {
    do { return try JSONValue(parsing: bytes) } catch { throw .notJSON(error) }
  }

  private func object(_ name: String) throws(TokenizerError) -> JSONObject {
    guard let bytes = files[name] else { return [:] }
    guard let object = try Self.parsed(bytes).object else {
      throw .malformed(path: name, expected: "an object")
    }
    return object
  }

  // MARK: Sources

  private func source(_ settings: FileSection) throws(TokenizerError) -> TokenDescription {
    for name in ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "tiktoken.model"] {
      guard let bytes = files[name] else { continue }
      if RankFile.matches(bytes) { return try ranks(bytes, name, settings) }
      let family = try sentencePieceFamily(settings)
      return try SentencePieceModel(bytes).description(family, settings)
    }
    if let bytes = files["qwen.tiktoken"] { return try RankFile.qwen(bytes) }
    if let vocabulary = files["vocab.json"], let merges = files["merges.txt"] {
      let name = try tokenizerClass(settings, among: WordFiles.bytePairClasses)
      return try WordFiles.bytePairs(
        try WordFiles.vocabulary(vocabulary), try WordFiles.merges(merges), class: name, settings)
    }
    if let words = files["vocab.txt"] {
      _ = try tokenizerClass(settings, among: WordFiles.wordClasses)
      return try WordFiles.bert(try WordFiles.words(words), settings)
    }
    throw .noTokenizerFile(names: Self.names)
  }

  private func ranks(
    _ bytes: [UInt8], _ name: String, _ settings: FileSection
  ) throws(TokenizerError) -> TokenDescription {
    var result = try RankFile.description(bytes, file: name)
    try RankFile.fillHoles(&result, settings)
    return result
  }

  /// The class that reads a SentencePiece file; nil when its own settings say all.
  private func sentencePieceFamily(
    _ settings: FileSection
  ) throws(TokenizerError) -> SentencePieceModel.Family? {
    guard let name = try className(settings), !Self.plainClasses.contains(name) else { return nil }
    guard let family = SentencePieceModel.Family(rawValue: name) else {
      throw .unsupported(
        component: "class of a SentencePiece tokenizer", type: name,
        supported: SentencePieceModel.Family.allCases.map(\.rawValue) + ["PreTrainedTokenizerFast"])
    }
    return family
  }

  private func tokenizerClass(
    _ settings: FileSection, among known: [String]
  ) throws(TokenizerError) -> String {
    guard let name = try className(settings), !Self.plainClasses.contains(name) else {
      return known[0]
    }
    guard known.contains(name) else {
      throw .unsupported(component: "tokenizer class", type: name, supported: known)
    }
    return name
  }

  /// Classes that say nothing about how a file is to be read.
  private static let plainClasses: Set<String> = [
    "PreTrainedTokenizer", "TokenizersBackend", "PreTrainedTokenizerFast",
  ]

  /// The class that the folder names, or that goes with the kind of model.
  private func className(_ settings: FileSection) throws(TokenizerError) -> String? {
    if let name = try settings.optionalString("tokenizer_class") {
      return name.hasSuffix("Fast") && !Self.plainClasses.contains(name)
        ? String(name.dropLast(4)) : name
    }
    return modelType.flatMap { Self.classes[$0] }
  }

  /// The classes that go with kinds of models.
  private static let classes: [String: String] = [
    "albert": "AlbertTokenizer", "bart": "RobertaTokenizer", "bert": "BertTokenizer",
    "codegen": "GPT2Tokenizer", "distilbert": "BertTokenizer", "electra": "BertTokenizer",
    "gemma": "GemmaTokenizer", "gemma2": "GemmaTokenizer", "gemma3": "GemmaTokenizer",
    "gemma3_text": "GemmaTokenizer", "gpt2": "GPT2Tokenizer", "gpt_neo": "GPT2Tokenizer",
    "gpt_neox": "GPTNeoXTokenizer", "gptj": "GPT2Tokenizer", "mt5": "T5Tokenizer",
    "olmo": "GPTNeoXTokenizer", "olmoe": "GPTNeoXTokenizer", "opt": "GPT2Tokenizer",
    "phi": "GPT2Tokenizer", "qwen2": "Qwen2Tokenizer", "qwen2_moe": "Qwen2Tokenizer",
    "qwen3": "Qwen2Tokenizer", "qwen3_moe": "Qwen2Tokenizer", "roberta": "RobertaTokenizer",
    "starcoder2": "GPT2Tokenizer", "t5": "T5Tokenizer", "xlm-roberta": "XLMRobertaTokenizer",
  ]

  // MARK: Beginning and end

  /// The tokens around a text: those that the source always has, or those that the config asks for.
  private func postProcessor(
    _ source: TokenDescription, _ root: JSONObject, _ special: SpecialTokens,
    _ settings: FileSection
  ) throws(TokenizerError) -> JSONValue {
    let begins = try settings.bool("add_bos_token", default: false)
    let ends = try settings.bool("add_eos_token", default: false)
    let beginning = source.beginning ?? (begins ? ["bos_token"] : [])
    let ending = source.ending ?? (ends ? ["eos_token"] : [])
    func tokens(_ names: [String]) -> [(String, Int)] {
      names.compactMap { name in
        let value = special.value(name)
        let text = value?.string ?? value?["content"]?.string ?? source.names[name]
        let entry = root["added_tokens"]?.array?.first { $0["content"]?.string == text }
        return text.flatMap { text in entry?["id"]?.int.map { (text, $0) } }
      }
    }
    return Component.template(before: tokens(beginning), after: tokens(ending))
  }
}

extension Tokenizer {
  /// Reads the tokenizer of a folder.
  ///
  /// ``fileContents`` is then the `tokenizer.json` that says the same.
  package init(_ files: TokenizerFiles) throws(TokenizerError) {
    let (root, bytes, names) = try files.description()
    try self.init(root, bytes, names: names)
  }

  /// Makes a tokenizer of a description that has the form of a `tokenizer.json`.
  package init(description: JSONObject) throws(TokenizerError) {
    let value = JSONValue.object(description)
    try self.init(value, Array(value.text.utf8))
  }
}
