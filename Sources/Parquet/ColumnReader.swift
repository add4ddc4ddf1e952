import Serialization

/// Reads a column's chunk: its levels and values one after the other, a page in memory at a time.
struct ColumnReader {
  private let leaf: Leaf
  private let codec: Codec
  private let limit: Int
  private var reader: ByteReader
  /// How many levels of the chunk are in pages that are still to come.
  private var left: Int
  private var dictionary: [StoredValue]?
  private var page: DataPage?
  private var next: Levels?

  /// Where in a row a value is.
  struct Levels {
    /// At which repeated field another value begins; 0 is a new row.
    var repetition: Int
    /// How many of the fields around the value that might not be there are.
    var definition: Int
  }

  /// Prepares to read; a page may hold `limit` bytes.
  init(_ chunk: ColumnChunk, _ leaf: Leaf, limit: Int) {
    (self.leaf, codec, self.limit) = (leaf, chunk.codec, limit)
    (reader, left) = (ByteReader(chunk.bytes, part: "column \(leaf.path)"), chunk.count)
  }

  /// The levels of the next value; nil at the end of the chunk.
  mutating func peek() throws(ParquetError) -> Levels? {
    if let next { return next }
    while page?.left ?? 0 == 0 {
      guard left > 0 else { return nil }
      try readPage()
    }
    next = try page?.levels()
    return next
  }

  /// Takes the next value: null where it is not there.
  mutating func take() throws(ParquetError) -> JSONValue {
    guard let levels = try peek() else { throw .damaged(at: reader.part) }
    next = nil
    guard levels.definition == leaf.definition, let value = try page?.values.next() else {
      return .null
    }
    return leaf.meaning.json(value)
  }

  private mutating func readPage() throws(ParquetError) {
    let header = try ThriftStructure(&reader)
    guard let packed = header.integer(3), let size = header.integer(2), size >= 0 else {
      throw .damaged(at: reader.part)
    }
    guard size <= limit else { throw .tooLarge(limit: limit) }
    let bytes = try reader.bytes(packed)
    switch header.integer(1) {
    case 0: try begin(DataPage(first: header, try codec.widened(bytes, count: size), self.of))
    case 2: try readDictionary(header, try codec.widened(bytes, count: size))
    case 3: try begin(DataPage(second: header, bytes, size: size, codec, self.of))
    // An index, or what later versions may bring.
    default: break
    }
  }

  /// What a page has to know of its column.
  private var of: DataPage.Column {
    DataPage.Column(leaf: leaf, dictionary: dictionary, part: reader.part)
  }

  private mutating func begin(_ page: DataPage) throws(ParquetError) {
    guard page.left <= left else { throw .damaged(at: reader.part) }
    left -= page.left
    self.page = page
  }

  private mutating func readDictionary(
    _ header: ThriftStructure, _ bytes: ArraySlice<UInt8>
  ) throws(ParquetError) {
    // A value takes a byte or more, or is of no length and alone.
    guard dictionary == nil, let count = header.structure(7)?.integer(1),
      (0...max(1, bytes.count)).contains(count)
    else { throw .damaged(at: reader.part) }
    var (plain, values) = (
      PlainValues(bytes, type: leaf.type, part: reader.part), [StoredValue]()
    )
    for _ in 0..<count { values.append(try plain.next()) }
    dictionary = values
  }
}
