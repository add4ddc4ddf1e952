import Serialization

/// The file of tiktoken: a line a token, its bytes in Base64 and its rank.
enum RankFile {
  /// How the models of this form cut text into words, unless their folder says otherwise.
  static let words =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
    + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// The longest token, in bytes: each costs its square to take apart.
  private static let lengthLimit = 1024

  /// Whether `bytes` begin like such a file.
  static func matches(_ bytes: [UInt8]) -> Bool {
    guard let end = bytes.prefix(4096).firstIndex(of: 0x0A) else { return false }
    return entry(bytes[..<end]) != nil
  }

  /// Returns the tokenizer of a file.
  ///
  /// - Throws: ``TokenizerError/malformedLine(file:line:expected:)``, and for ranks and tokens given
  ///   twice the case that says so.
  static func description(_ bytes: [UInt8], file: String) throws(TokenizerError) -> TokenDescription
  {
    var ranks: [[UInt8]: Int] = [:]
    var tokens: [(token: [UInt8], rank: Int)] = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) {
      guard let entry = entry(line), entry.token.count <= lengthLimit else {
        throw .malformedLine(
          file: file, line: index + 1, expected: "a token in Base64 and its rank")
      }
      if let other = ranks.updateValue(entry.rank, forKey: entry.token) {
        throw .duplicateToken(
          token: ByteLevelAlphabet.text(of: entry.token), ids: [other, entry.rank])
      }
      tokens.append(entry)
    }
    let vocabulary = tokens.map { (ByteLevelAlphabet.text(of: $0.token), $0.rank) }
    return TokenDescription(
      model: Component.bytePairs(vocabulary, merges(tokens, ranks), ["ignore_merges": true]),
      preTokenizer: Component.sequence(
        "pretokenizers", [Component.split(regex: words), Component.byteLevel(usesRegex: false)]),
      postProcessor: Component.byteLevel(), decoder: Component.byteLevel())
  }

  /// Returns the pairs that make each token, the lowest rank first, as the reference derives them.
  private static func merges(
    _ tokens: [(token: [UInt8], rank: Int)], _ ranks: [[UInt8]: Int]
  ) -> [(String, String)] {
    var merges: [(String, String)] = []
    for (token, _) in tokens.sorted(by: { $0.rank < $1.rank }) where token.count > 1 {
      var pairs: [(left: Int, right: Int, split: Int)] = []
      for split in 1..<token.count {
        guard let left = ranks[Array(token[..<split])], let right = ranks[Array(token[split...])]
        else { continue }
        pairs.append((left, right, split))
      }
      for pair in pairs.sorted(by: { ($0.left, $0.right) < ($1.left, $1.right) }) {
        merges.append(
          (
            ByteLevelAlphabet.text(of: token[..<pair.split]),
            ByteLevelAlphabet.text(of: token[pair.split...])
          ))
      }
    }
    return merges
  }

  private static func entry(_ line: ArraySlice<UInt8>) -> (token: [UInt8], rank: Int)? {
    let parts = line.split { $0 == 0x20 || $0 == 0x0D }
    guard parts.count == 2, let token = Base64.bytes(of: parts[0]), !token.isEmpty,
      let rank = Int(String(decoding: parts[1], as: UTF8.self)), rank >= 0
    else { return nil }
    return (token, rank)
  }

  /// The special tokens of Qwen, in the order of their ids, which its folders keep in a program.
  private static let qwenTokens =
    ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + (0..<205).map { "<|extra_\($0)|>" }

  /// Returns the tokenizer of a `qwen.tiktoken`.
  static func qwen(_ bytes: [UInt8]) throws(TokenizerError) -> TokenDescription {
    var result = try description(bytes, file: "qwen.tiktoken")
    result.normalizer = Component.type("NFC")
    result.preTokenizer = Component.sequence(
      "pretokenizers",
      [Component.split(regex: WordFiles.qwenWords), Component.byteLevel(usesRegex: false)])
    result.names = ["eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"]
    result.added = qwenTokens.map { ($0, true) }
    return result
  }

  /// Adds tokens for ids between the file's and those of the config's added tokens, so that the latter
  /// keep theirs.
  static func fillHoles(
    _ result: inout TokenDescription, _ settings: FileSection
  ) throws(TokenizerError) {
    guard let entries = settings.value("added_tokens_decoder")?.object else { return }
    var texts: [Int: String] = [:]
    for (key, entry) in entries.entries {
      guard let id = Int(key), (0..<Vocabulary.identifierLimit).contains(id) else {
        throw settings.malformed("added_tokens_decoder", "tokens under their ids")
      }
      texts[id] = entry["content"]?.string
    }
    let count = result.model["vocab"]?.object?.count ?? 0
    guard let last = texts.keys.max(), last >= count else { return }
    result.added = (count...last).map { (texts[$0] ?? "<|reserved_token_\($0)|>", true) }
  }
}
