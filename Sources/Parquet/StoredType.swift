/// The types in which columns are stored.
enum StoredType: Hashable {
  case bool
  case int32
  case int64
  /// A time as old writers keep it: nanoseconds of a day, and the day.
  case int96
  case float
  case double
  case bytes
  /// Byte strings that all have one length.
  case fixed(length: Int)

  /// Reads an element of the schema: its type, and the length that goes with one.
  init?(_ element: ThriftStructure) {
    switch element.integer(1) {
    case 0: self = .bool
    case 1: self = .int32
    case 2: self = .int64
    case 3: self = .int96
    case 4: self = .float
    case 5: self = .double
    case 6: self = .bytes
    case 7:
      guard let length = element.integer(2), (0...1 << 16).contains(length) else { return nil }
      self = .fixed(length: length)
    default: return nil
    }
  }

  /// How many bytes a value takes; nil where they differ, or a byte holds several.
  var length: Int? {
    switch self {
    case .bool, .bytes: nil
    case .int32, .float: 4
    case .int64, .double: 8
    case .int96: 12
    case .fixed(let length): length
    }
  }

  /// The value that bytes, ``length`` of them, are.
  func value(_ bytes: ArraySlice<UInt8>) throws(ParquetError) -> StoredValue {
    var reader = ByteReader(bytes, part: "a value")
    switch self {
    case .int32:
      return .integer(Int64(Int32(truncatingIfNeeded: try reader.littleEndian(4))))
    case .int64: return .integer(Int64(bitPattern: try reader.littleEndian(8)))
    case .float:
      return .float(Float(bitPattern: UInt32(truncatingIfNeeded: try reader.littleEndian(4))))
    case .double: return .double(Double(bitPattern: try reader.littleEndian(8)))
    case .bool, .int96, .bytes, .fixed: return .bytes(bytes)
    }
  }
}
