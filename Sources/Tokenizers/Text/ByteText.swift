/// The bytes of a text as the key of a table.
///
/// An array is hashed byte by byte, which took a third of the time of reading a vocabulary; this is
/// hashed eight bytes at a time.
struct ByteText: Hashable, Sendable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func hash(into hasher: inout Hasher) {
    var word: UInt64 = 0
    var filled = 0
    for byte in bytes {
      word = word << 8 | UInt64(byte)
      filled += 1
      if filled % 8 == 0 { hasher.combine(word) }
    }
    if filled % 8 != 0 || filled == 0 { hasher.combine(word) }
    hasher.combine(filled)
  }
}
