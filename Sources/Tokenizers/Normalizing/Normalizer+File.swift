extension Normalizer {
  private static let supported =
    ["Sequence", "Prepend", "Replace", "Lowercase", "Strip", "StripAccents", "BertNormalizer"]
    + ["Nmt", "ByteLevel", "Precompiled"] + UnicodeForm.allCases.map(\.rawValue)

  init(_ section: FileSection) throws(TokenizerError) {
    let type = try section.string("type")
    switch type {
    case "Sequence":
      var steps: [Normalizer] = []
      for step in try section.sections("normalizers") { steps.append(try Normalizer(step)) }
      self = .sequence(steps)
    case "Prepend": self = .prepend(Array(try section.string("prepend").utf8))
    case "Replace":
      let content = try section.string("content")
      self = .replace(try section.pattern("pattern"), with: Array(content.utf8))
    case "Lowercase": self = .characters(.lowercase)
    case "Strip":
      self = .strip(
        left: try section.bool("strip_left", default: true),
        right: try section.bool("strip_right", default: true))
    case "StripAccents": self = .characters(.withoutMarks)
    case "BertNormalizer": self = try Self.bert(section)
    case "Precompiled":
      guard let bytes = Base64.bytes(of: try section.string("precompiled_charsmap").utf8) else {
        throw section.malformed("precompiled_charsmap", "bytes in Base64")
      }
      let path = "\(section.path).precompiled_charsmap"
      self = .precompiled(try PrecompiledMap(bytes, path: path))
    case "Nmt": self = .characters(.nmt)
    case "ByteLevel": self = .characters(.byteLevel)
    default:
      guard let form = UnicodeForm(rawValue: type) else {
        throw .unsupported(component: "normalizer", type: type, supported: Self.supported)
      }
      self = .unicode(form)
    }
  }

  /// Source: Devlin et al. 2019, the released tokenizer's basic steps.
  private static func bert(_ section: FileSection) throws(TokenizerError) -> Normalizer {
    let lowercases = try section.bool("lowercase", default: true)
    var steps: [Normalizer] = []
    if try section.bool("clean_text", default: true) { steps.append(.characters(.cleaned)) }
    if try section.bool("handle_chinese_chars", default: true) {
      steps.append(.characters(.spacedIdeographs))
    }
    // Where the file does not say, accents go with the case.
    if try section.bool("strip_accents", default: lowercases) {
      steps += [.unicode(.nfd), .characters(.withoutNonspacingMarks)]
    }
    if lowercases { steps.append(.characters(.lowercase)) }
    return .sequence(steps)
  }
}
