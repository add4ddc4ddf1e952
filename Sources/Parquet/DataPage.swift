/// A page of values and their levels.
struct DataPage {
  /// How many levels are still to come.
  private(set) var left: Int
  var values: any PageValues
  private var repetitions: BitRuns?
  private var definitions: BitRuns?
  private let column: Column

  /// What a page has to know of its column.
  struct Column {
    let leaf: Leaf
    let dictionary: [StoredValue]?
    let part: String
  }

  /// Reads a page of the first layout, whose levels are packed with its values.
  init(
    first header: ThriftStructure, _ bytes: ArraySlice<UInt8>, _ column: Column
  ) throws(ParquetError) {
    guard let details = header.structure(5), let count = details.integer(1), count >= 0 else {
      throw .damaged(at: column.part)
    }
    var reader = ByteReader(bytes, part: column.part)
    (left, self.column) = (count, column)
    if column.leaf.repetition > 0 {
      try Self.demandRuns(details.integer(4))
      repetitions = try column.runs(try reader.counted(), of: column.leaf.repetition)
    }
    if column.leaf.definition > 0 {
      try Self.demandRuns(details.integer(3))
      definitions = try column.runs(try reader.counted(), of: column.leaf.definition)
    }
    values = try column.values(reader.rest, encoding: details.integer(2))
  }

  /// Reads a page of the second layout, whose levels are in front of its values and never packed.
  init(
    second header: ThriftStructure, _ bytes: ArraySlice<UInt8>, size: Int, _ codec: Codec,
    _ column: Column
  ) throws(ParquetError) {
    guard let details = header.structure(8), let count = details.integer(1), count >= 0,
      let repetitionLength = details.integer(6), let definitionLength = details.integer(5)
    else { throw .damaged(at: column.part) }
    var reader = ByteReader(bytes, part: column.part)
    (left, self.column) = (count, column)
    repetitions = try column.runs(try reader.bytes(repetitionLength), of: column.leaf.repetition)
    definitions = try column.runs(try reader.bytes(definitionLength), of: column.leaf.definition)
    let isPacked = details.bool(7) ?? true
    let rest = size - repetitionLength - definitionLength
    guard rest >= 0 else { throw .damaged(at: column.part) }
    // Where there is no value, some writers pack nothing, and not as the codec would.
    let codec = isPacked && !(rest == 0 && reader.rest.isEmpty) ? codec : .none
    values = try column.values(
      try codec.widened(reader.rest, count: rest), encoding: details.integer(4))
  }

  private static func demandRuns(_ encoding: Int?) throws(ParquetError) {
    guard encoding ?? 3 == 3 else { throw .unsupported("levels in packed bits") }
  }

  /// Takes the next levels.
  mutating func levels() throws(ParquetError) -> ColumnReader.Levels {
    left -= 1
    let levels = ColumnReader.Levels(
      repetition: try repetitions?.next() ?? 0, definition: try definitions?.next() ?? 0)
    guard levels.repetition <= column.leaf.repetition,
      levels.definition <= column.leaf.definition
    else { throw .damaged(at: column.part) }
    return levels
  }
}

extension DataPage.Column {
  /// Levels up to a maximum; nil where there is only one.
  fileprivate func runs(
    _ bytes: ArraySlice<UInt8>, of maximum: Int
  ) throws(ParquetError) -> BitRuns? {
    guard maximum > 0 else { return nil }
    return try BitRuns(bytes, width: BitRuns.width(for: maximum), part: part)
  }

  /// The values that are written by an encoding of the format.
  fileprivate func values(
    _ bytes: ArraySlice<UInt8>, encoding: Int?
  ) throws(ParquetError) -> any PageValues {
    switch (encoding, leaf.type) {
    case (0, _): return PlainValues(bytes, type: leaf.type, part: part)
    case (2, _), (8, _):
      return try DictionaryValues(bytes, dictionary: dictionary ?? [], part: part)
    case (3, .bool): return try RunValues(bytes, part: part)
    case (5, .int32), (5, .int64): return try DeltaValues(bytes, type: leaf.type, part: part)
    case (6, .bytes): return try DeltaLengthValues(bytes, part: part)
    case (7, .bytes), (7, .fixed): return try DeltaPrefixValues(bytes, part: part)
    case (9, _): return SplitValues(bytes, type: leaf.type, part: part)
    case (let number?, _): throw .unsupported("values in encoding \(number)")
    case (nil, _): throw .damaged(at: part)
    }
  }
}
