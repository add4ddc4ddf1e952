/// What is done to a text before it is cut into words.
indirect enum Normalizer: Sendable {
  case sequence([Normalizer])
  /// Puts a text before each non-empty stretch of text.
  case prepend([UInt8])
  case replace(Pattern, with: [UInt8])
  case unicode(UnicodeForm)
  case characters(CharacterStep)
  case strip(left: Bool, right: Bool)
  case precompiled(PrecompiledMap)

  /// Steps that could make a text longer than this many times are refused.
  static let growthLimit = 10_000

  /// How many times longer a text can become, at most ``growthLimit`` + 1.
  var growth: Int {
    switch self {
    case .sequence(let steps): steps.reduce(1) { min($0 * $1.growth, Self.growthLimit + 1) }
    case .prepend(let prefix): min(1 + prefix.count, Self.growthLimit + 1)
    // An empty match adds its replacement to a character that stays.
    case .replace(_, let content): min(1 + content.count, Self.growthLimit + 1)
    case .characters(let step): step.growth
    case .precompiled(let map): min(map.growth, Self.growthLimit + 1)
    // Normal forms of normal forms do not grow again.
    case .unicode, .strip: 1
    }
  }

  /// Returns `text`, valid UTF-8, in its normal form, valid UTF-8 again.
  func normalize(_ text: SourcedText) -> SourcedText {
    switch self {
    case .sequence(let steps): steps.reduce(text) { $1.normalize($0) }
    case .prepend(let prefix): Self.prepend(prefix, to: text)
    case .replace(let pattern, let content): pattern.replaceMatches(in: text, with: content)
    case .unicode(let form): form.normalize(text)
    case .characters(let step): step.apply(to: text)
    case .precompiled(let map): map.normalize(text)
    case .strip(let left, let right): Self.strip(text, left: left, right: right)
    }
  }

  /// Returns `text`, valid UTF-8, in its normal form.
  func normalize(_ text: [UInt8]) -> [UInt8] {
    normalize(SourcedText(text, 0..<text.count, keepingOrigins: false)).bytes
  }

  private static func prepend(_ prefix: [UInt8], to text: SourcedText) -> SourcedText {
    guard !text.bytes.isEmpty else { return text }
    var result = SourcedText(like: text)
    result.append(prefix, for: 0..<text.bytes.scalar(at: 0).width, of: text)
    result.append(text.bytes.indices, of: text)
    return result
  }

  private static func strip(_ text: SourcedText, left: Bool, right: Bool) -> SourcedText {
    var rest = text.bytes[...]
    if left {
      while let scalar = rest.firstScalar, scalar.isWhiteSpace {
        rest = rest.dropFirst(UTF8.width(scalar))
      }
    }
    if right {
      while let scalar = rest.lastScalar, scalar.isWhiteSpace {
        rest = rest.dropLast(UTF8.width(scalar))
      }
    }
    guard rest.count < text.bytes.count else { return text }
    var result = SourcedText(like: text)
    result.append(rest.startIndex..<rest.endIndex, of: text)
    return result
  }
}

extension Pattern {
  /// Returns `text` with `content`, which comes from the whole match, in place of every match.
  func replaceMatches(in text: SourcedText, with content: [UInt8]) -> SourcedText {
    withMatcher(over: text.bytes) { matcher in
      var result = SourcedText(like: text)
      var end = 0
      matcher.forEachMatch(in: 0..<text.bytes.count) { match in
        result.append(end..<match.lowerBound, of: text)
        result.append(content, for: match, of: text)
        end = match.upperBound
      }
      guard end > 0 || !result.bytes.isEmpty else { return text }
      result.append(end..<text.bytes.count, of: text)
      return result
    }
  }

  /// Returns `text` with `content` in place of every match.
  func replaceMatches(in text: [UInt8], with content: [UInt8]) -> [UInt8] {
    replaceMatches(in: SourcedText(text, keepingOrigins: false), with: content).bytes
  }
}
