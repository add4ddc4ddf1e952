/// A value of Thrift's compact protocol, in which Parquet writes all that is not a value of a row.
///
/// Source: Apache Thrift, "Thrift Compact protocol encoding".
enum ThriftValue {
  case bool(Bool)
  case integer(Int64)
  case bytes(ArraySlice<UInt8>)
  case list([ThriftValue])
  case structure(ThriftStructure)
  /// A number with a fraction, or a map: nothing of these is read.
  case other
}

/// The fields of a structure, by their numbers.
struct ThriftStructure {
  private var fields: [Int: ThriftValue] = [:]

  /// Reads a structure to its end.
  init(_ reader: inout ByteReader) throws(ParquetError) {
    try self.init(&reader, depth: 0)
  }

  /// How deep structures and lists may be nested; files have four levels.
  private static let depthLimit = 32

  private init(_ reader: inout ByteReader, depth: Int) throws(ParquetError) {
    guard depth < Self.depthLimit else { throw .damaged(at: reader.part) }
    var number: Int64 = 0
    while true {
      let head = try reader.byte()
      guard head != 0 else { return }
      // A field's number is told by its distance from the one before, where that is small.
      number = head >> 4 == 0 ? try reader.signed() : number &+ Int64(head >> 4)
      let value = try Self.value(head & 0x0F, &reader, depth: depth, inList: false)
      fields[Int(truncatingIfNeeded: number)] = value
    }
  }

  private static func value(
    _ type: UInt8, _ reader: inout ByteReader, depth: Int, inList: Bool
  ) throws(ParquetError) -> ThriftValue {
    switch type {
    // Of a field the type is the truth value, in a list it takes a byte.
    case 1, 2: return .bool(try (inList ? reader.byte() : type) == 1)
    case 3: return .integer(Int64(Int8(bitPattern: try reader.byte())))
    case 4, 5, 6: return .integer(try reader.signed())
    case 7:
      _ = try reader.bytes(8)
      return .other
    case 8: return .bytes(try reader.bytes(try reader.count()))
    case 9, 10: return .list(try list(&reader, depth: depth + 1))
    case 11:
      try skipMap(&reader, depth: depth + 1)
      return .other
    case 12: return .structure(try ThriftStructure(&reader, depth: depth + 1))
    default: throw .damaged(at: reader.part)
    }
  }

  private static func list(
    _ reader: inout ByteReader, depth: Int
  ) throws(ParquetError) -> [ThriftValue] {
    guard depth < depthLimit else { throw .damaged(at: reader.part) }
    let head = try reader.byte()
    let count = head >> 4 == 15 ? try reader.count() : Int(head >> 4)
    var values: [ThriftValue] = []
    for _ in 0..<count {
      values.append(try value(head & 0x0F, &reader, depth: depth, inList: true))
    }
    return values
  }

  private static func skipMap(_ reader: inout ByteReader, depth: Int) throws(ParquetError) {
    guard depth < depthLimit else { throw .damaged(at: reader.part) }
    let count = try reader.count()
    guard count > 0 else { return }
    let types = try reader.byte()
    for _ in 0..<count {
      _ = try value(types >> 4, &reader, depth: depth, inList: true)
      _ = try value(types & 0x0F, &reader, depth: depth, inList: true)
    }
  }
}

extension ThriftStructure {
  /// A whole number; nil where the field is not there, or another kind of value.
  func integer(_ field: Int) -> Int? {
    if case .integer(let value)? = fields[field] { Int(value) } else { nil }
  }

  func bool(_ field: Int) -> Bool? {
    if case .bool(let value)? = fields[field] { value } else { nil }
  }

  func text(_ field: Int) -> String? {
    guard case .bytes(let bytes)? = fields[field] else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  func structure(_ field: Int) -> ThriftStructure? {
    if case .structure(let value)? = fields[field] { value } else { nil }
  }

  /// The structures of a list.
  func structures(_ field: Int) -> [ThriftStructure]? {
    guard case .list(let values)? = fields[field] else { return nil }
    return values.compactMap { if case .structure(let value) = $0 { value } else { nil } }
  }

  /// The field of a union, of which one is there.
  var choice: Int? { fields.count == 1 ? fields.keys.first : nil }
}
