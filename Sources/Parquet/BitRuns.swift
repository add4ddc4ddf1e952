/// Small whole numbers in runs: one number many times, or a few packed in as many bits as they need.
///
/// Numbers are made one at a time, since a run of a billion takes five bytes.
///
/// Source: Apache Parquet, "Encodings", run length encoding and bit packing hybrid.
struct BitRuns {
  private var reader: ByteReader
  private let width: Int
  /// How many numbers of the run are still to come.
  private var left: UInt64 = 0
  private var run = Run.repeated(0)

  private enum Run {
    case repeated(Int)
    case packed(PackedBits)
  }

  /// Reads numbers of `width` bits, at most 32.
  init(_ bytes: ArraySlice<UInt8>, width: Int, part: String) throws(ParquetError) {
    guard (0...32).contains(width) else { throw .damaged(at: part) }
    (reader, self.width) = (ByteReader(bytes, part: part), width)
  }

  /// The bits that numbers up to `maximum` need.
  static func width(for maximum: Int) -> Int { Int.bitWidth - maximum.leadingZeroBitCount }

  mutating func next() throws(ParquetError) -> Int {
    while left == 0 { try begin() }
    left -= 1
    switch run {
    case .repeated(let value): return value
    case .packed(var bits):
      let value = try bits.next()
      run = .packed(bits)
      return Int(value)
    }
  }

  private mutating func begin() throws(ParquetError) {
    let head = try reader.variable()
    guard head & 1 == 1 else {
      left = head >> 1
      run = .repeated(Int(try reader.littleEndian((width + 7) / 8)))
      return
    }
    // Groups of eight; writers may leave the last one's unused bytes out.
    let (count, isTooMany) = (head >> 1).multipliedReportingOverflow(by: 8)
    let (bits, overflows) = (head >> 1).multipliedReportingOverflow(by: UInt64(width))
    guard !isTooMany, !overflows else { throw .damaged(at: reader.part) }
    left = count
    let bytes = try reader.bytes(min(Int(clamping: bits), reader.rest.count))
    run = .packed(PackedBits(bytes, width: width, part: reader.part))
  }
}

/// Numbers of a fixed count of bits, one after the other, the lowest bit first.
struct PackedBits {
  private let bytes: ArraySlice<UInt8>
  private let width: Int
  private let part: String
  /// The bit at which the next number begins.
  private var position = 0

  /// Reads numbers of `width` bits, at most 64.
  init(_ bytes: ArraySlice<UInt8>, width: Int, part: String) {
    (self.bytes, self.width, self.part) = (bytes, width, part)
  }

  mutating func next() throws(ParquetError) -> UInt64 {
    guard position + width <= bytes.count * 8 else { throw .damaged(at: part) }
    var (value, got): (UInt64, Int) = (0, 0)
    while got < width {
      let (byte, bit) = (bytes[bytes.startIndex + (position + got) / 8], (position + got) % 8)
      let taken = min(8 - bit, width - got)
      value |= (UInt64(byte >> bit) & ((1 << taken) - 1)) << got
      got += taken
    }
    position += width
    return value
  }
}
