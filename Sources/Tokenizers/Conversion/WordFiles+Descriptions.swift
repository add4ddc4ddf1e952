import Serialization

/// Vocabularies of older tokenizers as descriptions, by the class that read them.
extension WordFiles {
  /// Classes that read a `vocab.json` and a `merges.txt`.
  static let bytePairClasses = [
    "GPT2Tokenizer", "Qwen2Tokenizer", "GPTNeoXTokenizer", "RobertaTokenizer",
  ]
  /// Classes that read a `vocab.txt`.
  static let wordClasses = ["BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer"]

  /// How Qwen cuts a text into words.
  static let qwenWords =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
    + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// Returns the description of byte-level pairs.
  static func bytePairs(
    _ vocabulary: [(String, Int)], _ merges: [(String, String)], class name: String,
    _ settings: FileSection
  ) throws(TokenizerError) -> TokenDescription {
    let prefixes = try settings.bool("add_prefix_space", default: false)
    var result = TokenDescription(model: Component.bytePairs(vocabulary, merges))
    result.preTokenizer = Component.byteLevel(addsPrefixSpace: prefixes)
    result.decoder = Component.byteLevel()
    switch name {
    case "Qwen2Tokenizer":
      result.normalizer = Component.type("NFC")
      result.preTokenizer = Component.sequence(
        "pretokenizers",
        [
          Component.split(regex: qwenWords),
          Component.byteLevel(addsPrefixSpace: prefixes, usesRegex: false),
        ])
      result.names = [
        "unk_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>",
      ]
    case "GPTNeoXTokenizer":
      result.normalizer = Component.type("NFC")
      result.names = [
        "unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>",
        "pad_token": "<|padding|>",
      ]
    case "RobertaTokenizer":
      result.names = [
        "bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>",
        "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>",
      ]
      result.beginning = ["cls_token"]
      result.ending = ["sep_token"]
    default:
      result.names = [
        "unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>",
      ]
    }
    return result
  }

  /// Returns the description of the words of BERT.
  static func bert(
    _ vocabulary: [(String, Int)], _ settings: FileSection
  ) throws(TokenizerError) -> TokenDescription {
    let words = JSONObject(vocabulary.map { ($0.0, .integer($0.1)) })
    var result = TokenDescription(
      model: [
        "type": "WordPiece", "unk_token": .string(settings.tokenText("unk_token") ?? "[UNK]"),
        "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": .object(words),
      ])
    let ideographs = try settings.bool("tokenize_chinese_chars", default: true)
    let lowercases = try settings.bool("do_lower_case", default: true)
    result.normalizer = [
      "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": .bool(ideographs),
      "strip_accents": settings.value("strip_accents") ?? .null, "lowercase": .bool(lowercases),
    ]
    result.preTokenizer = Component.type("BertPreTokenizer")
    result.decoder = ["type": "WordPiece", "prefix": "##", "cleanup": true]
    result.names = [
      "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
      "mask_token": "[MASK]",
    ]
    result.beginning = ["cls_token"]
    result.ending = ["sep_token"]
    return result
  }
}
