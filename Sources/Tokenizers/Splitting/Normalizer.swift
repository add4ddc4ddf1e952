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

  /// Steps that could make a text longer than this many times are refused.
  static let growthLimit = 10_000

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

  /// How many times longer a text can become, at most ``growthLimit`` + 1.
  var growth: Int {
    switch self {
    case .sequence(let steps): steps.reduce(1) { min($0 * $1.growth, Self.growthLimit + 1) }
    case .prepend(let prefix): min(1 + prefix.utf8.count, Self.growthLimit + 1)
    // An empty match adds its replacement to a character that stays.
    case .replace(_, let content): min(1 + content.count, Self.growthLimit + 1)
    // Normal forms of normal forms do not grow again.
    case .unicode, .lowercase, .strip: 1
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
  func normalize(_ text: [UInt8]) -> [UInt8] {
    // ASCII is its own normal form in all four.
    guard text.contains(where: { $0 >= 0x80 }) else { return text }
    let string = Self.withOrderedMarks(String(decoding: text, as: UTF8.self))
    return switch self {
    case .nfc: Array(string.precomposedStringWithCanonicalMapping.utf8)
    case .nfd: Array(string.decomposedStringWithCanonicalMapping.utf8)
    case .nfkc: Array(string.precomposedStringWithCompatibilityMapping.utf8)
    case .nfkd: Array(string.decomposedStringWithCompatibilityMapping.utf8)
    }
  }
}

extension Normalizer.UnicodeForm {
  /// Runs of combining marks up to this long are left to Foundation.
  private static let markLimit = 32

  /// Returns `text` with long runs of combining marks in canonical order.
  ///
  /// The normal forms are the same, but Foundation orders marks in quadratic time: 400 KB of
  /// them took 70 s.
  fileprivate static func withOrderedMarks(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    var start = 0
    var isChanged = false
    while start < scalars.count {
      let end = scalars[start...].firstIndex { $0.combiningClass == 0 } ?? scalars.count
      if end - start > markLimit {
        let run = scalars[start..<end].map { ($0.combiningClass, $0) }.enumerated()
        let ordered = run.sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
        scalars.replaceSubrange(start..<end, with: ordered.map(\.element.1))
        isChanged = true
      }
      start = end + 1
    }
    guard isChanged else { return text }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
  }
}

extension Unicode.Scalar {
  fileprivate var combiningClass: UInt8 { properties.canonicalCombiningClass.rawValue }
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
