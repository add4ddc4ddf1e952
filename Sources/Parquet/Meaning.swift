import Serialization

/// What the stored values of a column stand for.
enum Meaning: Hashable {
  /// Nothing beside what they are: numbers, truth values, texts.
  case plain
  case unsigned(bits: Int)
  /// A whole number over a power of ten.
  case decimal(scale: Int)
  /// Days since 1970.
  case date
  /// Since midnight, so many in a second.
  case time(perSecond: Int64)
  /// Since 1970, so many in a second.
  case timestamp(perSecond: Int64, isUTC: Bool)
  /// Half as many bits as a float.
  case half
  case uuid
  /// The place in a list of names, as data sets keep labels.
  case label([String])
  /// What has no form in JSON.
  case unreadable

  /// Reads what an element of the schema says, in the words of today or in the older ones.
  init(_ element: ThriftStructure) {
    if let logical = element.structure(10), let meaning = Self(logical: logical) {
      self = meaning
    } else {
      self = Self(converted: element)
    }
  }

  private init?(logical union: ThriftStructure) {
    guard let kind = union.choice, let details = union.structure(kind) else { return nil }
    switch kind {
    case 5: self = .decimal(scale: details.integer(1) ?? 0)
    case 6: self = .date
    case 7, 8:
      guard let unit = details.structure(2)?.choice else { return nil }
      let perSecond: Int64 = unit == 1 ? 1000 : unit == 2 ? 1_000_000 : 1_000_000_000
      let isUTC = details.bool(1) ?? false
      self =
        kind == 7 ? .time(perSecond: perSecond) : .timestamp(perSecond: perSecond, isUTC: isUTC)
    case 10: self = details.bool(2) == false ? .unsigned(bits: details.integer(1) ?? 64) : .plain
    case 13: self = .unreadable
    case 14: self = .uuid
    case 15: self = .half
    default: return nil
    }
  }

  private init(converted element: ThriftStructure) {
    switch element.integer(6) {
    case 5: self = .decimal(scale: element.integer(7) ?? 0)
    case 6: self = .date
    case 7: self = .time(perSecond: 1000)
    case 8: self = .time(perSecond: 1_000_000)
    case 9: self = .timestamp(perSecond: 1000, isUTC: true)
    case 10: self = .timestamp(perSecond: 1_000_000, isUTC: true)
    case 11: self = .unsigned(bits: 8)
    case 12: self = .unsigned(bits: 16)
    case 13: self = .unsigned(bits: 32)
    case 14: self = .unsigned(bits: 64)
    case 20, 21: self = .unreadable
    default: self = .plain
    }
  }

  /// The value in JSON: null for what has no form there, times as ISO 8601 writes them.
  func json(_ value: StoredValue) -> JSONValue {
    switch value {
    case .bool(let value): .bool(value)
    case .integer(let value): json(value)
    // By its digits, so that 0.1 is not written as the double that is nearest to the float.
    case .float(let value): Double(value.description).map { .number($0) } ?? .null
    case .double(let value): .number(value)
    case .bytes(let bytes): json(bytes)
    }
  }

  private func json(_ value: Int64) -> JSONValue {
    switch self {
    case .unsigned(let bits) where bits == 64 && value < 0:
      .number(Double(UInt64(bitPattern: value)))
    case .unsigned(32): .integer(Int(UInt32(truncatingIfNeeded: value)))
    case .decimal(let scale): Self.decimal(Double(value), scale: scale) ?? .integer(Int(value))
    case .date: CalendarTime.days.contains(value) ? .string(CalendarTime.day(value)) : .null
    case .time(let perSecond): .string(CalendarTime.clock(value, perSecond: perSecond))
    case .timestamp(let perSecond, let isUTC):
      .string(CalendarTime.text(value, perSecond: perSecond, isUTC: isUTC))
    case .label(let names):
      names.indices.contains(Int(value)) ? .string(names[Int(value)]) : JSONValue.null
    default: .integer(Int(value))
    }
  }

  private func json(_ bytes: ArraySlice<UInt8>) -> JSONValue {
    switch self {
    case .unreadable: return .null
    case .decimal(let scale):
      let sign: Double = (bytes.first ?? 0) < 0x80 ? 0 : -1
      let whole = bytes.reduce(sign) { $0 * 256 + Double($1) }
      return Self.decimal(whole, scale: scale) ?? .number(whole)
    case .half where bytes.count == 2:
      let bits = bytes.reversed().reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
      return .number(Double(Float16(bitPattern: bits)))
    case .uuid where bytes.count == 16:
      let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
      let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }
      return .string(groups.joined(separator: "-"))
    default: return String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .null
    }
  }

  /// A whole number over a power of ten; nil for none.
  private static func decimal(_ value: Double, scale: Int) -> JSONValue? {
    guard (1...38).contains(scale) else { return nil }
    // By a quotient, which is rounded once; powers of ten are exact up to 22.
    return .number(value / (0..<scale).reduce(1.0) { power, _ in power * 10 })
  }
}
