import Foundation

/// The four normal forms of Unicode.
enum UnicodeForm: String, CaseIterable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  /// Returns `text` in this form, each byte with the characters that it was made of.
  func normalize(_ text: SourcedText) -> SourcedText {
    // ASCII is its own normal form in all four.
    guard text.bytes.contains(where: { $0 >= 0x80 }) else { return text }
    let whole = normalize(text.bytes)
    guard whole != text.bytes else { return text }
    guard text.keepsOrigins else {
      var result = SourcedText(like: text)
      result.append(whole, for: text.bytes.indices, of: text)
      return result
    }
    return normalizeByPieces(text, whole)
  }

  /// Normalises a text in pieces that do not act on each other, of which each is one place.
  private func normalizeByPieces(_ text: SourcedText, _ whole: [UInt8]) -> SourcedText {
    var result = SourcedText(like: text)
    var start = 0
    text.bytes.forEachScalar(in: text.bytes.indices) { scalar, range in
      guard !scalar.joinsPrevious, range.lowerBound > start else { return }
      append(start..<range.lowerBound, of: text, to: &result)
      start = range.lowerBound
    }
    append(start..<text.bytes.count, of: text, to: &result)
    guard result.bytes == whole else {
      // Characters joined across pieces: the ids must be right, the places then are all one.
      var joined = SourcedText(like: text)
      joined.append(whole, for: text.bytes.indices, of: text)
      return joined
    }
    return result
  }

  /// Appends the normal form of a piece: character by character where these do not act on each
  /// other, else as one place.
  private func append(_ range: Range<Int>, of text: SourcedText, to result: inout SourcedText) {
    let piece = Array(text.bytes[range])
    let normal = normalize(piece)
    guard normal != piece else { return result.append(range, of: text) }
    var apart: [(form: [UInt8], place: Range<Int>)] = []
    text.bytes.forEachScalar(in: range) { _, place in
      apart.append((normalize(Array(text.bytes[place])), place))
    }
    if Array(apart.map(\.form).joined()) == normal {
      for (form, place) in apart { result.append(form, for: place, of: text) }
    } else {
      result.append(normal, for: range, of: text)
    }
  }

  /// The version of Unicode that the reference normalises by.
  private static let version = (major: 9, minor: 0)

  /// Returns `text` in this form; characters that came after ``version`` stand for themselves and
  /// join nothing, as they do in the reference.
  private func normalize(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var start = 0
    text.forEachScalar(in: text.indices) { scalar, range in
      guard scalar.value >= 0x300, !scalar.isKnown(in: Self.version) else { return }
      result += foundationForm(of: text[start..<range.lowerBound])
      result += text[range]
      start = range.upperBound
    }
    return start == 0 ? foundationForm(of: text[...]) : result + foundationForm(of: text[start...])
  }

  private func foundationForm(of text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.contains(where: { $0 >= 0x80 }) else { return Array(text) }
    let string = Self.withOrderedMarks(String(decoding: text, as: UTF8.self))
    return switch self {
    case .nfc: Array(string.precomposedStringWithCanonicalMapping.utf8)
    case .nfd: Array(string.decomposedStringWithCanonicalMapping.utf8)
    case .nfkc: Array(string.precomposedStringWithCompatibilityMapping.utf8)
    case .nfkd: Array(string.decomposedStringWithCompatibilityMapping.utf8)
    }
  }

  /// Runs of combining marks up to this long are left to Foundation.
  private static let markLimit = 32

  /// Returns `text` with long runs of combining marks in canonical order.
  ///
  /// The normal forms are the same, but Foundation orders marks in quadratic time: 400 KB of
  /// them took 70 s.
  private static func withOrderedMarks(_ text: String) -> String {
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
  fileprivate var combiningClass: UInt8 {
    value < 0x300 ? 0 : properties.canonicalCombiningClass.rawValue
  }

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
