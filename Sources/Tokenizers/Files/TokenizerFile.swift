import Serialization

/// The parts of a `tokenizer.json`, checked.
struct TokenizerFile: Sendable {
  let vocabulary: Vocabulary
  /// Ids that decoding may leave out.
  let specialTokens: Set<Int32>
  /// Added tokens looked for in the text as it is.
  let literalTokens: AddedTokenFinder
  /// Added tokens looked for in the normalised text.
  let normalizedTokens: AddedTokenFinder
  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer?
  let model: TokenModel
  /// Whether the model reads words as bytes.
  let isByteLevel: Bool
  let postProcessor: PostProcessor
  let decoder: TokenDecoder?

  init(_ bytes: [UInt8]) throws(TokenizerError) {
    let root = try Self.root(bytes)
    let modelSection = try Self.section("model", of: root)
    guard let modelSection else { throw root.malformed("model", "an object") }
    var vocabulary = try Vocabulary(modelSection)
    preTokenizer = try Self.section("pre_tokenizer", of: root).map(PreTokenizer.init)
    // Only the model's own tokens take part in merging.
    isByteLevel =
      try TokenModel.type(of: modelSection) == "BPE" && preTokenizer?.endsWithBytes == true
    model = try TokenModel(modelSection, vocabulary, isByteLevel: isByteLevel)
    let added = try Self.addedTokens(root)
    for token in added { try vocabulary.insert(token.content, id: Int(token.id)) }

    normalizer = try Self.section("normalizer", of: root).map(Normalizer.init)
    decoder = try Self.section("decoder", of: root).map(TokenDecoder.init)
    try Self.checkGrowth(normalizer?.growth, of: "normalizer")
    try Self.checkGrowth(decoder?.growth, of: "decoder")
    if let section = try Self.section("post_processor", of: root) {
      postProcessor = try PostProcessor(section, vocabulary)
    } else {
      postProcessor = .none
    }
    (literalTokens, normalizedTokens) = Self.finders(added, normalizer)
    specialTokens = Set(added.filter(\.isSpecial).map(\.id))
    self.vocabulary = vocabulary
  }

  private static func root(_ bytes: [UInt8]) throws(TokenizerError) -> FileSection {
    do {
      return try FileSection(try JSONValue(parsing: bytes), path: "tokenizer")
    } catch let error as JSONError {
      throw .notJSON(error)
    } catch let error as TokenizerError {
      throw error
    } catch {
      preconditionFailure("an error of neither kind: \(error)")
    }
  }

  private static func section(
    _ key: String, of root: FileSection
  ) throws(TokenizerError) -> FileSection? {
    guard let value = root.value(key) else { return nil }
    return try FileSection(value, path: key)
  }

  /// A few steps that each double a text would fill any memory.
  private static func checkGrowth(_ growth: Int?, of path: String) throws(TokenizerError) {
    let limit = Normalizer.growthLimit
    guard growth ?? 1 <= limit else {
      throw .malformed(path: path, expected: "steps that lengthen a text at most \(limit) times")
    }
  }

  private static func addedTokens(_ root: FileSection) throws(TokenizerError) -> [AddedToken] {
    guard root.value("added_tokens") != nil else { return [] }
    var tokens: [AddedToken] = []
    for section in try root.sections("added_tokens") { tokens.append(try AddedToken(section)) }
    return tokens
  }

  private static func finders(
    _ tokens: [AddedToken], _ normalizer: Normalizer?
  ) -> (literal: AddedTokenFinder, normalized: AddedTokenFinder) {
    var literal = AddedTokenFinder()
    var normalized = AddedTokenFinder()
    for token in tokens {
      let content = Array(token.content.utf8)
      if token.isNormalized {
        normalized.add(token, spelling: normalizer?.normalize(content) ?? content)
      } else {
        literal.add(token, spelling: content)
      }
    }
    return (literal, normalized)
  }
}

extension Vocabulary {
  /// Reads the `vocab` of a model: tokens with their ids, or a list of tokens with their scores.
  init(_ model: FileSection) throws(TokenizerError) {
    switch model.value("vocab") {
    case .object(let vocabulary):
      self.init(capacity: vocabulary.count)
      for (token, value) in vocabulary.entries {
        guard let id = value.int else {
          throw .malformed(path: "\(model.path).vocab[\(token)]", expected: "a whole number")
        }
        try insert(token, id: id)
      }
    case .array(let list) where list.count < Self.identifierLimit:
      self.init(capacity: list.count)
      for (index, entry) in list.enumerated() {
        guard let token = entry.array?.first?.string else {
          let path = "\(model.path).vocab[\(index)]"
          throw .malformed(path: path, expected: "a token and its score")
        }
        append(token)
      }
    default: throw model.malformed("vocab", "an object of tokens and their ids")
    }
  }
}
