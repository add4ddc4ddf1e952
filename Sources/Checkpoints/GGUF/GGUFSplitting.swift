import Serialization

/// How a byte-pair encoding cuts a text into words, by the name that llama.cpp has for it.
struct GGUFSplitting: Sendable {
  /// What `tokenizer.ggml.pre` may say for it.
  let names: [String]
  let preTokenizer: JSONValue
  var normalizer: JSONValue = .null
  /// Whether a word that is a token is that token, whatever its pairs would give.
  var ignoresMerges = false
  /// Whether a text begins with a token for that unless the file says otherwise.
  var addsBegin = false

  static func named(_ name: String) -> GGUFSplitting? { all.first { $0.names.contains(name) } }

  /// All names.
  static var names: [String] { all.flatMap(\.names) }

  /// Every one: an entry each.
  ///
  /// Source: the tokenizer.json of the models that llama.cpp's converter knows by these names.
  static let all: [GGUFSplitting] = [
    GGUFSplitting(
      names: [
        "gpt-2", "gpt2", "mpt", "olmo", "phi-2", "jais", "jina-es", "jina-de", "jina-v1-en",
        "jina-v2-es", "jina-v2-de", "roberta-bpe", "gigachat", "modern-bert", "a.x-4.0", "mellum",
      ],
      preTokenizer: bytes(usesOwnWords: true)),
    GGUFSplitting(
      names: [
        "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b",
      ],
      preTokenizer: sequence([
        ["type": "Digits", "individual_digits": true], bytes(usesOwnWords: true),
      ])),
    GGUFSplitting(
      names: ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2"],
      preTokenizer: words(["\(endings)|\(letters)|\\p{N}{1,3}|\(marks)|\(spaces)"]),
      ignoresMerges: true, addsBegin: true),
    GGUFSplitting(
      names: ["dbrx", "smaug-bpe", "chatglm-bpe", "glm4"],
      preTokenizer: words(["\(endings)|\(letters)|\\p{N}{1,3}|\(marks)|\(spaces)"])),
    GGUFSplitting(
      names: ["qwen2", "megrez"],
      preTokenizer: words(["\(endings)|\(letters)|\\p{N}|\(marks)|\(spaces)"]),
      normalizer: ["type": "NFC"]),
    GGUFSplitting(
      names: ["deepseek-r1-qwen", "stablelm2", "hunyuan"],
      preTokenizer: words(["\(endings)|\(letters)|\\p{N}|\(marks)|\(spaces)"])),
    GGUFSplitting(
      names: ["qwen35"],
      preTokenizer: words([
        "\(endings)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\(spaces)"
      ]),
      normalizer: ["type": "NFC"]),
    GGUFSplitting(
      names: ["tekken"],
      preTokenizer: words(["\(cased)|\(capitals)|\\p{N}|\(marksOrSlashes)|\(spaces)"]),
      ignoresMerges: true, addsBegin: true),
    GGUFSplitting(
      names: ["gpt-4o", "llama4"],
      preTokenizer: words([
        "\(cased)\(endings)?|\(capitals)\(endings)?|\\p{N}{1,3}|\(marksOrSlashes)|\(spaces)"
      ])),
    GGUFSplitting(
      names: ["deepseek-v3"],
      preTokenizer: words([
        "\\p{N}{1,3}", "[一-龥\u{3040}-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
          + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\(spaces)",
      ])),
    GGUFSplitting(
      names: ["falcon"],
      preTokenizer: sequence([
        ["type": "Punctuation", "behavior": "Contiguous"], bytes(usesOwnWords: true),
        ["type": "Digits", "individual_digits": false], split("[0-9][0-9][0-9]"),
      ])),
    GGUFSplitting(
      names: ["bloom", "poro-chat", "gpt3-finnish"],
      preTokenizer: words([" ?[^(\\s|[.,!?…。，、।۔،])]+"])),
    GGUFSplitting(
      names: ["default"],
      preTokenizer: words([
        "[\\p{P}\\$\\+<=>\\^~\\|]+",
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)", "\\p{N}+",
        "[0-9][0-9][0-9]",
      ])),
  ]

  // MARK: Pieces of patterns that several share

  private static let endings = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let letters = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
  private static let marks = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
  private static let marksOrSlashes = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
  private static let spaces = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
  private static let upper = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]"
  private static let lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
  private static let cased = "[^\\r\\n\\p{L}\\p{N}]?\(upper)*\(lower)+"
  private static let capitals = "[^\\r\\n\\p{L}\\p{N}]?\(upper)+\(lower)*"

  private static func bytes(usesOwnWords: Bool) -> JSONValue {
    [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
      "use_regex": .bool(usesOwnWords),
    ]
  }

  private static func split(_ pattern: String) -> JSONValue {
    [
      "type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated",
      "invert": false,
    ]
  }

  private static func sequence(_ steps: [JSONValue]) -> JSONValue {
    ["type": "Sequence", "pretokenizers": .array(steps)]
  }

  /// Words by patterns, one after the other, and their bytes.
  private static func words(_ patterns: [String]) -> JSONValue {
    sequence(patterns.map(split) + [bytes(usesOwnWords: false)])
  }
}
