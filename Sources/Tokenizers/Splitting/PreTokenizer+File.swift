extension PreTokenizer {
  /// The words of GPT-2: contractions, letters, numbers or other signs with the space before them.
  ///
  /// Source: Radford et al. 2019, the released encoder.
  static let byteLevelPattern =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  private static let supported = [
    "Sequence", "ByteLevel", "Split", "Metaspace", "Digits", "Whitespace", "WhitespaceSplit",
    "Punctuation", "BertPreTokenizer", "CharDelimiterSplit", "FixedLength", "UnicodeScripts",
  ]

  init(_ section: FileSection) throws(TokenizerError) {
    let type = try section.string("type")
    switch type {
    case "Sequence":
      var steps: [PreTokenizer] = []
      for step in try section.sections("pretokenizers") { steps.append(try PreTokenizer(step)) }
      self = .sequence(steps)
    case "ByteLevel":
      let cuts = try section.bool("use_regex", default: true)
      self = .byteLevel(
        addsPrefixSpace: try section.bool("add_prefix_space", default: true),
        cuts ? Splitter(.pattern(try Pattern(Self.byteLevelPattern)), .isolated) : nil)
    case "Metaspace": self = .metaspace(try Metaspace(section))
    case "Split":
      self = .split(
        Splitter(
          .pattern(try section.pattern("pattern")), try Self.behavior(section, default: nil),
          isInverted: try section.bool("invert", default: false)))
    case "Digits":
      let separate = try section.bool("individual_digits", default: false)
      self = .split(Splitter(.character(.number), separate ? .isolated : .contiguous))
    case "Whitespace": self = .split(Splitter(.wordsAndSigns, .removed, isInverted: true))
    case "WhitespaceSplit": self = .split(Splitter(.character(.whiteSpace), .removed))
    case "Punctuation":
      let behavior = try Self.behavior(section, default: .isolated)
      self = .split(Splitter(.character(.punctuation), behavior))
    case "BertPreTokenizer":
      self = .sequence([
        .split(Splitter(.character(.whiteSpace), .removed)),
        .split(Splitter(.character(.punctuation), .isolated)),
      ])
    case "CharDelimiterSplit", "Delimiter":
      let delimiter = try section.character("delimiter", default: nil)
      self = .split(Splitter(.character(.one(delimiter)), .removed))
    case "UnicodeScripts": self = .split(Splitter(.scripts, .removed, isInverted: true))
    case "FixedLength":
      let length = try section.integer("length", default: 5)
      guard length > 0 else { throw section.malformed("length", "a whole number above 0") }
      self = .fixedLength(length)
    default:
      throw .unsupported(component: "pre-tokenizer", type: type, supported: Self.supported)
    }
  }

  private static func behavior(
    _ section: FileSection, default fallback: SplitBehavior?
  ) throws(TokenizerError) -> SplitBehavior {
    guard let name = try section.optionalString("behavior") ?? fallback?.rawValue,
      let behavior = SplitBehavior(rawValue: name)
    else {
      let known = SplitBehavior.allCases.map(\.rawValue).joined(separator: ", ")
      throw section.malformed("behavior", "one of \(known)")
    }
    return behavior
  }
}
