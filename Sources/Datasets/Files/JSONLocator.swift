import Serialization

/// A step from a JSON value to one inside it.
enum JSONStep: Hashable, Sendable {
  case key(String)
  case index(Int)
}

/// Finds where in a JSON text a value stands, so that a fault of meaning has a column too.
///
/// The text has been parsed before. On a text that is not JSON the walk ends early and the place
/// is the last one that was reached; it never reads past the end.
struct JSONLocator {
  private let bytes: ArraySlice<UInt8>
  private var offset: Int

  /// Prepares to walk through the value that `range` of `bytes` holds.
  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes[range]
    offset = range.lowerBound
  }

  /// Returns the offset at which the value at `path` starts.
  mutating func offset(of path: [JSONStep]) -> Int {
    skipSpace()
    for step in path {
      let isFound =
        switch step {
        case .key(let key): enter(key: key)
        case .index(let index): enter(index: index)
        }
      guard isFound else { break }
    }
    return offset
  }

  /// Moves from an object to the value of a key.
  private mutating func enter(key: String) -> Bool {
    let home = offset
    guard take("{") else { return false }
    while offset < bytes.endIndex, bytes[offset] != UInt8(ascii: "}") {
      let start = offset
      skipValue()
      let isWanted = Self.text(bytes[start..<offset]) == key
      guard take(":") else { break }
      if isWanted { return true }
      skipValue()
      guard take(",") else { break }
    }
    offset = home
    return false
  }

  /// Moves from an array to one of its elements.
  private mutating func enter(index: Int) -> Bool {
    let home = offset
    guard take("[") else { return false }
    for _ in 0..<index {
      skipValue()
      guard take(",") else {
        offset = home
        return false
      }
    }
    return true
  }

  /// Returns the ranges of the elements of the array that the text is.
  ///
  /// The last one ends with the text if the array is cut short. `comma` is the place of one that no
  /// element follows.
  mutating func elements() -> (ranges: [Range<Int>], comma: Int?) {
    skipSpace()
    guard take("[") else { return ([], nil) }
    var ranges: [Range<Int>] = []
    var comma: Int?
    while offset < bytes.endIndex, bytes[offset] != UInt8(ascii: "]") {
      let start = offset
      skipValue()
      ranges.append(start..<max(offset, min(start + 1, bytes.endIndex)))
      comma = offset
      guard take(",") else { return (ranges, nil) }
    }
    return (ranges, offset < bytes.endIndex ? comma : nil)
  }

  /// Where the walk stands.
  var position: Int { offset }

  /// Moves past a value, up to a comma, colon or closing bracket that is not part of it.
  private mutating func skipValue() {
    var depth = 0
    while offset < bytes.endIndex {
      switch bytes[offset] {
      case UInt8(ascii: "\""): skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        offset += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { return }
        depth -= 1
        offset += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { return }
        offset += 1
      default: offset += 1
      }
    }
  }

  private mutating func skipString() {
    offset += 1
    while offset < bytes.endIndex, bytes[offset] != UInt8(ascii: "\"") {
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    offset = min(offset + 1, bytes.endIndex)
  }

  /// Takes a sign and the space after it, if the sign is next.
  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard offset < bytes.endIndex, bytes[offset] == UInt8(ascii: sign) else { return false }
    offset += 1
    skipSpace()
    return true
  }

  private mutating func skipSpace() {
    while offset < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
  }

  /// Returns the text between the quotes, with its escapes read.
  private static func text(_ quoted: ArraySlice<UInt8>) -> String? {
    guard let end = quoted.lastIndex(of: UInt8(ascii: "\"")), end > quoted.startIndex else {
      return nil
    }
    guard !quoted.contains(UInt8(ascii: "\\")) else {
      return (try? JSONValue(parsing: Array(quoted[...end])))?.string
    }
    return String(validating: quoted[(quoted.startIndex + 1)..<end], as: UTF8.self)
  }
}
