/// Takes numbers and stretches from the front of bytes, and never reads past their end.
struct ByteReader {
  private(set) var rest: ArraySlice<UInt8>
  /// What the bytes are, for the error that says they end too early.
  let part: String

  init(_ bytes: ArraySlice<UInt8>, part: String) {
    (rest, self.part) = (bytes, part)
  }

  mutating func byte() throws(ParquetError) -> UInt8 {
    guard let byte = rest.popFirst() else { throw .damaged(at: part) }
    return byte
  }

  mutating func bytes(_ count: Int) throws(ParquetError) -> ArraySlice<UInt8> {
    guard (0...rest.count).contains(count) else { throw .damaged(at: part) }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A whole number of up to eight bytes, the lowest first.
  mutating func littleEndian(_ count: Int) throws(ParquetError) -> UInt64 {
    try bytes(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A length of four bytes and as many bytes as it says.
  mutating func counted() throws(ParquetError) -> ArraySlice<UInt8> {
    try bytes(Int(try littleEndian(4)))
  }

  /// A whole number of seven bits a byte, the lowest first.
  mutating func variable() throws(ParquetError) -> UInt64 {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while shift < 64 {
      let byte = try byte()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw .damaged(at: part)
  }

  /// The same with its sign in the lowest bit.
  mutating func signed() throws(ParquetError) -> Int64 {
    let value = try variable()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// The same as a length or count of things that take a byte or more each, so that no more can be
  /// asked for than there are bytes.
  mutating func count() throws(ParquetError) -> Int {
    guard let count = Int(exactly: try variable()), count <= rest.count else {
      throw .damaged(at: part)
    }
    return count
  }
}
