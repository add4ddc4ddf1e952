import Serialization

/// What training found, and how it is written as a `tokenizer.json`.
struct TrainedVocabulary {
  let specialTokens: [String]
  /// The bytes of each token: the 256 bytes, then one for each merge.
  var tokens: [[UInt8]] = (0..<256).map { [UInt8($0)] }
  /// The places in `tokens` of what each merge joins.
  var merges: [(left: Int32, right: Int32)] = []

  /// How text is cut: contractions, letters with a space before them, single digits, other signs,
  /// line ends, and white space, whose last character goes to the word after it.
  ///
  /// Digits stand alone so that all numbers are written in one way, and line ends apart from the
  /// sign before them so that the end of a line looks the same after every sentence.
  static let pattern =
    #"['’](?i:s|t|re|ve|m|ll|d)(?!\p{L})| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s*[\r\n]|\s+(?!\S)|\s+"#

  /// The file, in the layout that other readers of the format expect.
  var fileContents: [UInt8] {
    let file: JSONObject = [
      "version": .string("1.0"), "truncation": .null, "padding": .null,
      "added_tokens": .array(specialTokens.enumerated().map(Self.addedToken)),
      "normalizer": .null, "pre_tokenizer": .object(Self.preTokenizer),
      "post_processor": .object(Self.postProcessor), "decoder": .object(Self.byteLevel),
      "model": .object(model),
    ]
    return Array(JSONValue.object(file).prettyText.utf8)
  }

  private var model: JSONObject {
    let names = tokens.map(ByteLevelAlphabet.text(of:))
    let all = specialTokens + names
    return [
      "type": .string("BPE"), "dropout": .null, "unk_token": .null,
      "continuing_subword_prefix": .null, "end_of_word_suffix": .null, "fuse_unk": .bool(false),
      "byte_fallback": .bool(false), "ignore_merges": .bool(false),
      "vocab": .object(JSONObject(all.enumerated().map { ($1, .integer($0)) })),
      "merges": .array(
        merges.map { .string(names[Int($0.left)] + " " + names[Int($0.right)]) }),
    ]
  }

  private static func addedToken(id: Int, content: String) -> JSONValue {
    .object([
      "id": .integer(id), "content": .string(content), "single_word": .bool(false),
      "lstrip": .bool(false), "rstrip": .bool(false), "normalized": .bool(false),
      "special": .bool(true),
    ])
  }

  private static let byteLevel: JSONObject = [
    "type": .string("ByteLevel"), "add_prefix_space": .bool(false), "trim_offsets": .bool(true),
    "use_regex": .bool(false),
  ]

  private static let preTokenizer: JSONObject = [
    "type": .string("Sequence"),
    "pretokenizers": .array([
      .object([
        "type": .string("Split"), "pattern": .object(["Regex": .string(pattern)]),
        "behavior": .string("Isolated"), "invert": .bool(false),
      ]),
      .object(byteLevel),
    ]),
  ]

  /// Nothing is put around a text.
  private static let postProcessor: JSONObject = [
    "type": .string("TemplateProcessing"), "single": .array([sequence("A", 0)]),
    "pair": .array([sequence("A", 0), sequence("B", 1)]), "special_tokens": .object([:]),
  ]

  private static func sequence(_ id: String, _ type: Int) -> JSONValue {
    .object(["Sequence": .object(["id": .string(id), "type_id": .integer(type)])])
  }
}
