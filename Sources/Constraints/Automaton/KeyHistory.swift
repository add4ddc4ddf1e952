/// The keys of the objects that are being written, so that none is written a second time.
///
/// It reads JSON as it is written, byte by byte, and trusts that it is JSON.
struct KeyHistory: Sendable {
  /// An object or array that is not closed.
  private struct Level {
    let isObject: Bool
    /// The keys it has, as they are written.
    var keys: Set<[UInt8]> = []
  }

  private var levels: [Level] = []
  private var isInText = false
  private var isEscaped = false
  /// Whether the text being written, or the next one, is a key.
  private var isKey = false
  /// What has been written of a key.
  private var key: [UInt8] = []

  /// Takes a byte; returns false when it ends a key that the object has.
  mutating func append(_ byte: UInt8) -> Bool {
    guard !isInText else { return appendToText(byte) }
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      isKey = byte == UInt8(ascii: "{")
      levels.append(Level(isObject: isKey))
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      _ = levels.popLast()
      isKey = false
    case UInt8(ascii: ","): isKey = levels.last?.isObject ?? false
    case UInt8(ascii: ":"): isKey = false
    case UInt8(ascii: "\""):
      isInText = true
      key = []
    default: break
    }
    return true
  }

  private mutating func appendToText(_ byte: UInt8) -> Bool {
    guard byte != UInt8(ascii: "\"") || isEscaped else {
      isInText = false
      return !isKey || levels[levels.count - 1].keys.insert(key).inserted
    }
    isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    if isKey { key.append(byte) }
    return true
  }

  /// What is missing to the end of a key that the object has, for each key that the one being
  /// written may become.
  private var repetitions: [[UInt8]] {
    guard isInText, isKey, let level = levels.last else { return [] }
    return level.keys.filter { $0.starts(with: key) }.map {
      $0[key.count...] + [UInt8(ascii: "\"")]
    }
  }

  /// Takes the tokens out that would write a key a second time.
  func removeRepetitions(from mask: inout TokenMask, _ texts: TokenTexts) {
    for rest in repetitions {
      for token in texts.tokens(beginningWith: rest) { mask.remove(token) }
    }
    for token in texts.quoted where mask.contains(token) {
      var history = self
      if !texts.bytes(of: token).allSatisfy({ history.append($0) }) { mask.remove(token) }
    }
  }
}
