/// Small integers that lie in a row of bits without gaps, the lowest bits first.
///
/// Words of 32 bits in a file are little-endian, so that they are such a row of bits as they lie.
struct PackedIntegers {
  private let bytes: [UInt8]
  /// How many bits an integer has, 2 to 8.
  let bits: Int

  init(_ bytes: [UInt8], bits: Int) {
    precondition((1...8).contains(bits), "\(bits) bits")
    (self.bytes, self.bits) = (bytes, bits)
  }

  /// The integer that begins at a bit.
  func integer(atBit bit: Int) -> Int {
    let (byte, shift) = (bit >> 3, bit & 7)
    guard byte < bytes.count else { return 0 }
    let high = byte + 1 < bytes.count ? Int(bytes[byte + 1]) << 8 : 0
    return (Int(bytes[byte]) | high) >> shift & ((1 << bits) - 1)
  }

  /// The integer of column `column` of a row of `rowWords` words of 32 bits.
  func integer(row: Int, rowWords: Int, column: Int) -> Int {
    integer(atBit: 32 * row * rowWords + bits * column)
  }
}
