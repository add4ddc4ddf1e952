import Foundation

/// The same steps as ``Normalizer/normalize(_:)-swift.method`` takes, following where bytes go.
extension Normalizer {
  /// Returns `text` in its normal form, each byte with what it comes from.
  func normalize(_ text: SourcedText) -> SourcedText {
    switch self {
    case .sequence(let steps): steps.reduce(text) { $1.normalize($0) }
    case .prepend(let prefix): Self.prepend(prefix, to: text)
    case .replace(let pattern, let content): pattern.replaceMatches(in: text, with: content)
    case .unicode(let form): Self.pieces(of: text, form)
    case .lowercase:
      text.mappingScalars { scalar in Array(scalar.properties.lowercaseMapping.utf8) }
    case .strip: strip(text)
    }
  }

  private static func prepend(_ prefix: String, to text: SourcedText) -> SourcedText {
    guard let first = text.bytes[...].firstScalar else { return text }
    var result = SourcedText()
    result.append(prefix.utf8, from: text.origin(of: 0..<UTF8.width(first)))
    result.append(text, 0..<text.bytes.count)
    return result
  }

  private func strip(_ text: SourcedText) -> SourcedText {
    guard case .strip(let left, let right) = self else { return text }
    var rest = text.bytes[...]
    if left {
      while let scalar = rest.firstScalar, scalar.properties.isWhitespace {
        rest = rest.dropFirst(UTF8.width(scalar))
      }
    }
    if right {
      while let scalar = rest.lastScalar, scalar.properties.isWhitespace {
        rest = rest.dropLast(UTF8.width(scalar))
      }
    }
    var result = SourcedText()
    result.append(text, rest.startIndex..<rest.endIndex)
    return result
  }

  /// Normalises a text in pieces that do not act on each other, of which each is one place.
  private static func pieces(of text: SourcedText, _ form: UnicodeForm) -> SourcedText {
    let whole = form.normalize(text.bytes)
    guard whole != text.bytes else { return text }
    var result = SourcedText()
    var start = 0
    for end in starts(in: text.bytes) + [text.bytes.count] where end > start {
      append(form, text, start..<end, to: &result)
      start = end
    }
    guard result.bytes == whole else {
      // Characters joined across pieces: the ids must be right, the places then are all one.
      var joined = SourcedText()
      joined.append(whole, from: text.origin(of: 0..<text.bytes.count))
      return joined
    }
    return result
  }

  /// Appends the normal form of a piece: character by character where these do not act on each
  /// other, else as one place.
  private static func append(
    _ form: UnicodeForm, _ text: SourcedText, _ range: Range<Int>, to result: inout SourcedText
  ) {
    let piece = Array(text.bytes[range])
    let normal = form.normalize(piece)
    guard normal != piece else { return result.append(text, range) }
    var apart = SourcedText()
    var place = range.lowerBound
    for scalar in String(decoding: piece, as: UTF8.self).unicodeScalars {
      let taken = place..<place + UTF8.width(scalar)
      apart.append(form.normalize(Array(text.bytes[taken])), from: text.origin(of: taken))
      place = taken.upperBound
    }
    if apart.bytes == normal {
      result.append(apart, apart.bytes.indices)
    } else {
      result.append(normal, from: text.origin(of: range))
    }
  }

  /// Where characters stand that nothing before them can join.
  private static func starts(in text: [UInt8]) -> [Int] {
    var places: [Int] = []
    var place = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if !scalar.joinsPrevious { places.append(place) }
      place += UTF8.width(scalar)
    }
    return places
  }
}

extension Unicode.Scalar {
  /// Whether a normal form may join this to the character before it: marks, the parts of Korean
  /// syllables after the first, and the half-width signs that stand for either.
  fileprivate var joinsPrevious: Bool {
    switch value {
    case 0..<0x300: return false
    case 0x1160...0x11FF, 0xD7B0...0xD7FF, 0xFF9E, 0xFF9F, 0xFFA0...0xFFDC: return true
    default: break
    }
    return switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: properties.canonicalCombiningClass != .notReordered
    }
  }
}

extension SourcedText {
  /// Replaces every scalar by what `body` makes of it.
  fileprivate func mappingScalars(_ body: (Unicode.Scalar) -> [UInt8]) -> SourcedText {
    var result = SourcedText()
    var place = 0
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      let range = place..<place + UTF8.width(scalar)
      result.append(body(scalar), from: origin(of: range))
      place = range.upperBound
    }
    return result
  }
}

extension Pattern {
  /// Returns `text` with `content`, which comes from the whole match, in place of every match.
  fileprivate func replaceMatches(in text: SourcedText, with content: [UInt8]) -> SourcedText {
    withMatcher(over: text.bytes) { matcher in
      var result = SourcedText()
      var end = 0
      matcher.forEachMatch(in: 0..<text.bytes.count) { match in
        result.append(text, end..<match.lowerBound)
        result.append(content, from: text.origin(of: match))
        end = match.upperBound
      }
      result.append(text, end..<text.bytes.count)
      return result
    }
  }
}
