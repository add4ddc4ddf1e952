package import Serialization

/// A file of Apache Parquet: rows kept by column, as data sets are on the Hugging Face Hub.
///
/// Read are both layouts of pages, every encoding of the format but one that was given up, pages as they
/// are or packed by Snappy, gzip or Zstandard, and rows with lists, objects and maps inside.
package struct ParquetFile {
  /// How many rows the file says it has.
  package let rowCount: Int
  private let bytes: [UInt8]
  private let schema: Schema
  private let groups: [(rows: Int, chunks: [ThriftStructure])]
  private let limit: Int

  private static let mark = Array("PAR1".utf8)
  private static let encryptedMark = Array("PARE".utf8)

  /// Whether bytes begin as such a file does.
  package static func begins(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: mark) || bytes.starts(with: encryptedMark)
  }

  /// Reads what the end of the file says of it; a page may hold `limit` bytes.
  package init(_ bytes: [UInt8], limit: Int) throws(ParquetError) {
    guard !bytes.starts(with: Self.encryptedMark) else { throw .unsupported("encryption") }
    let part = "the footer"
    guard bytes.count >= 12, bytes.suffix(4).elementsEqual(Self.mark) else {
      throw .damaged(at: part)
    }
    var tail = ByteReader(bytes.suffix(8), part: part)
    guard let length = Int(exactly: try tail.littleEndian(4)), length <= bytes.count - 12 else {
      throw .damaged(at: part)
    }
    var reader = ByteReader(bytes.dropLast(8).suffix(length), part: part)
    let footer = try ThriftStructure(&reader)
    guard footer.structure(8) == nil else { throw .unsupported("encryption") }
    guard let elements = footer.structures(2), let rowCount = footer.integer(3), rowCount >= 0
    else {
      throw .damaged(at: part)
    }
    (self.bytes, self.limit, self.rowCount) = (bytes, limit, rowCount)
    schema = try Schema(elements, labels: LabelNames.byColumn(footer))
    var groups: [(rows: Int, chunks: [ThriftStructure])] = []
    for group in footer.structures(4) ?? [] {
      guard let chunks = group.structures(1), chunks.count == schema.leaves.count,
        let rows = group.integer(3), rows >= 0
      else { throw .damaged(at: part) }
      groups.append((rows, chunks))
    }
    self.groups = groups
  }

  /// The rows, read as they are asked for.
  package func rows() -> Rows { Rows(file: self) }

  /// Reads rows in order, a group after the other.
  package struct Rows {
    private let file: ParquetFile
    private var group = 0
    private var left = 0
    private var records: RecordReader?

    fileprivate init(file: ParquetFile) { self.file = file }

    /// The next row; nil after the last.
    package mutating func next() throws(ParquetError) -> JSONObject? {
      while left == 0 {
        guard group < file.groups.count else { return nil }
        left = file.groups[group].rows
        records = try file.records(of: file.groups[group].chunks)
        group += 1
      }
      left -= 1
      return try records?.next()
    }
  }

  private func records(of chunks: [ThriftStructure]) throws(ParquetError) -> RecordReader {
    var columns: [ColumnReader] = []
    for (chunk, leaf) in zip(chunks, schema.leaves) {
      columns.append(ColumnReader(try ColumnChunk(chunk, in: bytes), leaf, limit: limit))
    }
    return RecordReader(schema, columns)
  }
}
