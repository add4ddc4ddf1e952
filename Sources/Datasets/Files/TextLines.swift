/// The bytes of a text file, cut into lines, with what is needed to say where a fault is.
///
/// A byte order mark is skipped. Lines end with LF or CR LF; in a file without any LF, with CR.
package struct TextLines: Sendable {
  /// The file's name, without its folder.
  let file: String
  /// The bytes after the byte order mark, with lone CR line ends made LF.
  package let bytes: [UInt8]
  let hasByteOrderMark: Bool

  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  /// Cuts the contents of a file, whose name stands in what is said of them; `isRest` says that they are
  /// those after some of its lines.
  package init(_ contents: [UInt8], file: String, isRest: Bool = false) {
    self.file = file
    hasByteOrderMark = !isRest && contents.starts(with: [0xEF, 0xBB, 0xBF])
    var bytes = hasByteOrderMark ? Array(contents.dropFirst(3)) : contents
    if !isRest, !bytes.contains(Self.lineFeed) {
      for index in bytes.indices where bytes[index] == Self.carriageReturn {
        bytes[index] = Self.lineFeed
      }
    }
    self.bytes = bytes
  }

  /// Returns the bytes of the line that begins at `start`, without its end, and the next start.
  func line(at start: Int) -> (range: Range<Int>, next: Int) {
    let end = bytes[start...].firstIndex(of: Self.lineFeed) ?? bytes.count
    let isCRLF = end > start && end < bytes.count && bytes[end - 1] == Self.carriageReturn
    return (start..<(isCRLF ? end - 1 : end), min(end + 1, bytes.count))
  }

  /// Calls `body` with each line and its number; the text after the last line end is a line too.
  package func forEachLine<E>(_ body: (_ number: Int, _ range: Range<Int>) throws(E) -> Void)
    throws(E)
  {
    var start = 0
    var number = 1
    while start < bytes.count {
      let (range, next) = line(at: start)
      try body(number, range)
      start = next
      number += 1
    }
  }

  /// Returns the text of a range, or nil if it is not UTF-8.
  func text(_ range: Range<Int>) -> String? {
    String(validating: bytes[range], as: UTF8.self)
  }

  /// Tells whether a range holds nothing but white space.
  package func isBlank(_ range: Range<Int>) -> Bool {
    bytes[range].allSatisfy(Self.isBlank)
  }

  /// Tells a byte of white space.
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// Returns the 1-based number of the line that `offset` is on.
  func lineNumber(at offset: Int) -> Int {
    bytes[..<offset].reduce(1) { $1 == Self.lineFeed ? $0 + 1 : $0 }
  }

  /// Makes the problem at a byte offset of the file; `line` is its line's number, where the caller
  /// has counted it already.
  func problem(_ reason: ProblemReason, at offset: Int, line: Int? = nil) -> DatasetProblem {
    DatasetProblem(spot: place(at: offset, line: line), reason: reason)
  }

  /// The place of a byte offset of the file.
  func place(at offset: Int, line: Int? = nil) -> DatasetPlace {
    let offset = min(max(offset, 0), bytes.count)
    let start = (bytes[..<offset].lastIndex(of: Self.lineFeed) ?? -1) + 1
    let whole = self.line(at: start).range
    // A line may be huge: only the neighbourhood of the fault is turned into text.
    let reach = 4 * Excerpt.limit
    let from = characterStart(max(start, offset - reach), limit: offset)
    let shown = bytes[from..<max(offset, min(whole.upperBound, offset + reach))]
    let before = Self.characterCount(bytes[from..<offset])
    return DatasetPlace(
      file: file, line: line ?? lineNumber(at: offset),
      column: Self.characterCount(bytes[start..<offset]) + 1,
      excerpt: Excerpt(line: Self.repaired(shown), column: before + 1))
  }

  /// Returns the first offset at or after `offset`, and up to `limit`, that begins a character.
  private func characterStart(_ offset: Int, limit: Int) -> Int {
    bytes[offset..<limit].firstIndex { $0 & 0xC0 != 0x80 } ?? limit
  }

  /// The number of characters, counted as bytes that do not continue one.
  private static func characterCount(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  }

  /// Text for an excerpt only, where a bad byte is to be seen as U+FFFD.
  private static func repaired(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}

extension TextLines {
  /// Returns the offset of the first byte that breaks UTF-8 or is zero, and why.
  func firstBadByte(in range: Range<Int>) -> (offset: Int, reason: ProblemReason)? {
    let zero = bytes[range].firstIndex(of: 0).map { ($0, ProblemReason.zeroByte) }
    guard text(range) == nil else { return zero }
    var offset = range.lowerBound
    while offset < range.upperBound {
      guard let length = UTF8Form.length(bytes[offset..<range.upperBound]) else {
        return (offset, .invalidUTF8(byte: bytes[offset]))
      }
      if bytes[offset] == 0 { return (offset, .zeroByte) }
      offset += length
    }
    return zero
  }
}

/// The well-formed sequences of UTF-8.
///
/// Source: The Unicode Standard, table 3-7.
private enum UTF8Form {
  /// Returns how many bytes the character at the start of `bytes` has; nil if it is none.
  static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let lead = bytes.first else { return nil }
    let (length, second): (Int, ClosedRange<UInt8>) =
      switch lead {
      case 0x00...0x7F: (1, 0x80...0xBF)
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xE1...0xEF: (3, 0x80...0xBF)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: (0, 0x80...0xBF)
      }
    guard length > 0, bytes.count >= length else { return nil }
    for (index, byte) in bytes.prefix(length).enumerated().dropFirst() {
      guard (index == 1 ? second : 0x80...0xBF).contains(byte) else { return nil }
    }
    return length
  }
}
