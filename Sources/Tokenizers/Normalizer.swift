import Foundation

/// What is done to a text before it is cut into words.
indirect enum Normalizer: Sendable {
  case sequence([Normalizer])
  /// Puts a text before each non-empty stretch of text.
  case prepend(String)
  case replace(Pattern, with: [UInt8])
  case unicode(UnicodeForm)
  case lowercase
  case strip(left: Bool, right: Bool)

  /// The four normal forms of Unicode.
  enum UnicodeForm: String, CaseIterable {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"
  }

  private static let supported =
    ["Sequence", "Prepend", "Replace", "Lowercase", "Strip"] + UnicodeForm.allCases.map(\.rawValue)

  init(_ section: FileSection) throws(TokenizerError) {
    let type = try section.string("type")
    switch type {
    case "Sequence":
      var steps: [Normalizer] = []
      for step in try section.sections("normalizers") { steps.append(try Normalizer(step)) }
      self = .sequence(steps)
    case "Prepend": self = .prepend(try section.string("prepend"))
    case "Replace":
      let content = try section.string("content")
      self = .replace(try section.pattern("pattern"), with: Array(content.utf8))
    case "Lowercase": self = .lowercase
    case "Strip":
      self = .strip(
        left: try section.bool("strip_left", default: true),
        right: try section.bool("strip_right", default: true))
    default:
      guard let form = UnicodeForm(rawValue: type) else {
        throw .unsupported(component: "normalizer", type: type, supported: Self.supported)
      }
      self = .unicode(form)
    }
  }

  /// Returns `text`, valid UTF-8, in its normal form, valid UTF-8 again.
  func normalize(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .sequence(let steps): steps.reduce(text) { $1.normalize($0) }
    case .prepend(let prefix): text.isEmpty ? text : prefix.utf8 + text
    case .replace(let pattern, let content): pattern.replaceMatches(in: text, with: content)
    case .unicode(let form): form.normalize(text)
    case .lowercase: Self.lowercase(text)
    case .strip(let left, let right): Self.strip(text, left: left, right: right)
    }
  }

  /// Each scalar by its own mapping, whatever stands around it.
  private static func lowercase(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      result += scalar.properties.lowercaseMapping.utf8
    }
    return result
  }

  private static func strip(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
    var scalars = String(decoding: text, as: UTF8.self).unicodeScalars[...]
    if left { scalars = scalars.drop(while: \.properties.isWhitespace) }
    if right {
      while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    }
    return Array(String(scalars).utf8)
  }
}

extension Normalizer.UnicodeForm {
  fileprivate func normalize(_ text: [UInt8]) -> [UInt8] {
    // ASCII is its own normal form in all four.
    guard text.contains(where: { $0 >= 0x80 }) else { return text }
    let string = String(decoding: text, as: UTF8.self)
    return switch self {
    case .nfc: Array(string.precomposedStringWithCanonicalMapping.utf8)
    case .nfd: Array(string.decomposedStringWithCanonicalMapping.utf8)
    case .nfkc: Array(string.precomposedStringWithCompatibilityMapping.utf8)
    case .nfkd: Array(string.decomposedStringWithCompatibilityMapping.utf8)
    }
  }
}

extension Pattern {
  /// Returns `text` with `content` in place of every match.
  func replaceMatches(in text: [UInt8], with content: [UInt8]) -> [UInt8] {
    withMatcher(over: text) { matcher in
      var result: [UInt8] = []
      var end = 0
      matcher.forEachMatch(in: 0..<text.count) { match in
        result += text[end..<match.lowerBound]
        result += content
        end = match.upperBound
      }
      return end == 0 && result.isEmpty ? text : result + text[end...]
    }
  }
}
