extension PreTokenizer {
  /// The words of GPT-2: contractions, letters, numbers or other signs with the space before them.
  ///
  /// Source: Radford et al. 2019, the released encoder.
  static let byteLevelPattern =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// A word character as Unicode Technical Standard 18 has it; `\w` leaves out the marks here.
  private static let word = #"[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}]"#
  private static let wordsAndSigns =
    word + #"+|[^\s\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}]+"#
  private static let punctuation = #"[\p{P}$+<=>^`|~]"#

  private static let supported = [
    "Sequence", "ByteLevel", "Split", "Metaspace", "Digits", "Whitespace", "WhitespaceSplit",
    "Punctuation",
  ]

  init(_ section: FileSection) throws(TokenizerError) {
    let type = try section.string("type")
    switch type {
    case "Sequence": self = .sequence(try Self.steps(section))
    case "ByteLevel":
      let cuts = try section.bool("use_regex", default: true)
      self = .byteLevel(
        addsPrefixSpace: try section.bool("add_prefix_space", default: true),
        cuts ? Splitter(pattern: try Pattern(Self.byteLevelPattern), behavior: .isolated) : nil)
    case "Metaspace": self = .metaspace(try Metaspace(section))
    case "Split":
      self = .split(
        Splitter(
          pattern: try section.pattern("pattern"),
          behavior: try Self.behavior(section, default: nil),
          isInverted: try section.bool("invert", default: false)))
    case "Digits":
      let separate = try section.bool("individual_digits", default: false)
      self = .split(
        Splitter(pattern: try Pattern(#"\p{N}"#), behavior: separate ? .isolated : .contiguous))
    case "Whitespace":
      self = .split(
        Splitter(pattern: try Pattern(Self.wordsAndSigns), behavior: .removed, isInverted: true))
    case "WhitespaceSplit":
      self = .split(Splitter(pattern: try Pattern(#"\s"#), behavior: .removed))
    case "Punctuation":
      self = .split(
        Splitter(
          pattern: try Pattern(Self.punctuation),
          behavior: try Self.behavior(section, default: .isolated)))
    default:
      throw .unsupported(component: "pre-tokenizer", type: type, supported: Self.supported)
    }
  }

  /// Returns the steps of a sequence, where one that turns bytes into symbols must be the last.
  private static func steps(_ section: FileSection) throws(TokenizerError) -> [PreTokenizer] {
    var steps: [PreTokenizer] = []
    for step in try section.sections("pretokenizers") { steps.append(try PreTokenizer(step)) }
    guard !steps.dropLast().contains(where: \.isByteLevel) else {
      throw section.malformed("pretokenizers", "a list with ByteLevel at its end only")
    }
    return steps
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
