/// A value as a page holds it, before its column says what it means.
enum StoredValue: Hashable {
  case bool(Bool)
  /// Of 32 or 64 bits; unsigned ones by their bits.
  case integer(Int64)
  case float(Float)
  case double(Double)
  case bytes(ArraySlice<UInt8>)
}

/// How the values of a page are written: gives one after the other.
///
/// Source for all of these: Apache Parquet, "Encodings".
protocol PageValues {
  mutating func next() throws(ParquetError) -> StoredValue
}

/// Values one after the other, as they are in memory.
struct PlainValues: PageValues {
  private var reader: ByteReader
  private let type: StoredType
  /// The bits of truth values, of which eight are in a byte.
  private var bits: PackedBits

  init(_ bytes: ArraySlice<UInt8>, type: StoredType, part: String) {
    (reader, self.type) = (ByteReader(bytes, part: part), type)
    bits = PackedBits(bytes, width: 1, part: part)
  }

  mutating func next() throws(ParquetError) -> StoredValue {
    switch type {
    case .bool: .bool(try bits.next() == 1)
    case .bytes: .bytes(try reader.counted())
    default: try type.value(try reader.bytes(type.length ?? 0))
    }
  }
}

/// Places in the chunk's dictionary.
struct DictionaryValues: PageValues {
  private var places: BitRuns
  private let dictionary: [StoredValue]
  private let part: String

  init(
    _ bytes: ArraySlice<UInt8>, dictionary: [StoredValue], part: String
  ) throws(ParquetError) {
    var reader = ByteReader(bytes, part: part)
    // A page of nulls alone may have no byte at all.
    let width = bytes.isEmpty ? 0 : Int(try reader.byte())
    places = try BitRuns(reader.rest, width: width, part: part)
    (self.dictionary, self.part) = (dictionary, part)
  }

  mutating func next() throws(ParquetError) -> StoredValue {
    let place = try places.next()
    guard dictionary.indices.contains(place) else { throw .damaged(at: part) }
    return dictionary[place]
  }
}

/// Truth values in runs.
struct RunValues: PageValues {
  private var runs: BitRuns

  init(_ bytes: ArraySlice<UInt8>, part: String) throws(ParquetError) {
    var reader = ByteReader(bytes, part: part)
    runs = try BitRuns(try reader.counted(), width: 1, part: part)
  }

  mutating func next() throws(ParquetError) -> StoredValue { .bool(try runs.next() == 1) }
}

/// Whole numbers as differences.
struct DeltaValues: PageValues {
  private var numbers: DeltaIntegers
  private let type: StoredType

  init(
    _ bytes: ArraySlice<UInt8>, type: StoredType, part: String
  ) throws(ParquetError) {
    (numbers, self.type) = (try DeltaIntegers(bytes, part: part), type)
  }

  mutating func next() throws(ParquetError) -> StoredValue {
    let value = try numbers.next()
    return .integer(type == .int32 ? Int64(Int32(truncatingIfNeeded: value)) : value)
  }
}

/// Byte strings, all their lengths first.
struct DeltaLengthValues: PageValues {
  private var lengths: DeltaIntegers
  private var reader: ByteReader

  init(_ bytes: ArraySlice<UInt8>, part: String) throws(ParquetError) {
    lengths = try DeltaIntegers(bytes, part: part)
    reader = ByteReader(try lengths.end(), part: part)
  }

  mutating func next() throws(ParquetError) -> StoredValue { .bytes(try bytes()) }

  fileprivate mutating func bytes() throws(ParquetError) -> ArraySlice<UInt8> {
    try reader.bytes(Int(try lengths.next()))
  }
}

/// Byte strings that begin as the one before does: how far, then what is different.
struct DeltaPrefixValues: PageValues {
  private var prefixes: DeltaIntegers
  private var suffixes: DeltaLengthValues
  private var last: ArraySlice<UInt8> = []
  private let part: String

  init(_ bytes: ArraySlice<UInt8>, part: String) throws(ParquetError) {
    prefixes = try DeltaIntegers(bytes, part: part)
    suffixes = try DeltaLengthValues(try prefixes.end(), part: part)
    self.part = part
  }

  mutating func next() throws(ParquetError) -> StoredValue {
    let (length, suffix) = (try prefixes.next(), try suffixes.bytes())
    guard (0...Int64(last.count)).contains(length) else { throw .damaged(at: part) }
    last = last.prefix(Int(length)) + suffix
    return .bytes(last)
  }
}

/// Numbers cut into their bytes: all first bytes, then all second bytes.
struct SplitValues: PageValues {
  private let bytes: ArraySlice<UInt8>
  private let type: StoredType
  private let part: String
  private var place = 0

  init(_ bytes: ArraySlice<UInt8>, type: StoredType, part: String) {
    (self.bytes, self.type, self.part) = (bytes, type, part)
  }

  mutating func next() throws(ParquetError) -> StoredValue {
    guard let length = type.length, length > 0, place < bytes.count / length else {
      throw .damaged(at: part)
    }
    let (start, stride) = (bytes.startIndex + place, bytes.count / length)
    place += 1
    return try type.value((0..<length).map { bytes[start + $0 * stride] }[...])
  }
}
