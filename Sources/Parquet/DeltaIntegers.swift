/// Whole numbers as differences from the one before, in blocks of packed bits.
///
/// Numbers are made one at a time. Sums go round at 64 bits, as the format says.
///
/// Source: Apache Parquet, "Encodings", delta encoding.
struct DeltaIntegers {
  /// The bytes after those that have been used.
  private(set) var reader: ByteReader
  /// How many numbers there are, and how many of them are still to come.
  let count: Int
  private var left: Int
  private var value: Int64
  private let miniblocks: Int
  private let miniblockLength: Int
  private var least: Int64 = 0
  private var widths: ArraySlice<UInt8> = []
  private var bits: PackedBits
  private var bitsLeft = 0

  init(_ bytes: ArraySlice<UInt8>, part: String) throws(ParquetError) {
    reader = ByteReader(bytes, part: part)
    let block = try reader.variable()
    let miniblocks = try reader.variable()
    let count = try reader.variable()
    value = try reader.signed()
    guard (1...Self.blockLimit).contains(block), (1...block).contains(miniblocks),
      block % miniblocks == 0, (block / miniblocks) % 8 == 0, let count = Int(exactly: count)
    else { throw .damaged(at: part) }
    (self.miniblocks, miniblockLength) = (Int(miniblocks), Int(block / miniblocks))
    (self.count, left) = (count, count)
    bits = PackedBits([], width: 0, part: part)
  }

  /// Longest block that is read; writers use 128 or 256.
  private static let blockLimit: UInt64 = 1 << 16

  mutating func next() throws(ParquetError) -> Int64 {
    guard left > 0 else { throw .damaged(at: reader.part) }
    defer { left -= 1 }
    guard left < count else { return value }
    if bitsLeft == 0 { try beginMiniblock() }
    bitsLeft -= 1
    value = value &+ least &+ Int64(bitPattern: try bits.next())
    return value
  }

  private mutating func beginMiniblock() throws(ParquetError) {
    if widths.isEmpty {
      least = try reader.signed()
      widths = try reader.bytes(miniblocks)
    }
    guard let width = widths.popFirst(), width <= 64 else { throw .damaged(at: reader.part) }
    let bytes = try reader.bytes(miniblockLength * Int(width) / 8)
    bits = PackedBits(bytes, width: Int(width), part: reader.part)
    bitsLeft = miniblockLength
  }

  /// The bytes after the last number, found without making the numbers.
  func end() throws(ParquetError) -> ArraySlice<UInt8> {
    guard count > 1 else { return reader.rest }
    var copy = self
    var left = count - 1
    while left > 0 {
      try copy.beginMiniblock()
      left -= miniblockLength
    }
    return copy.reader.rest
  }
}
