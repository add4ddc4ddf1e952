/// A setting of a GGUF file.
package enum GGUFValue: Hashable, Sendable {
  /// Of any width; what exceeds 63 bits is a number.
  case integer(Int)
  /// A float32 as the shortest decimal number that is it, as which it was most likely written.
  case number(Double)
  case flag(Bool)
  case text(String)
  case list(GGUFList)

  /// The types of values; the raw values are those of files.
  enum Kind: UInt32, CaseIterable, Sendable {
    case uint8 = 0
    case int8 = 1
    case uint16 = 2
    case int16 = 3
    case uint32 = 4
    case int32 = 5
    case float32 = 6
    case bool = 7
    case text = 8
    case list = 9
    case uint64 = 10
    case int64 = 11
    case float64 = 12

    /// The bytes of a value; of texts and lists those of the smallest.
    var byteCount: Int {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64, .text: 8
      case .list: 12
      }
    }
  }
}

extension GGUFValue {
  /// The whole number, when this is one.
  package var integer: Int? { if case .integer(let value) = self { value } else { nil } }

  /// The number, whole or not, when this is one.
  package var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The truth value, when this is one.
  package var flag: Bool? { if case .flag(let value) = self { value } else { nil } }

  /// The text, when this is one.
  package var text: String? { if case .text(let value) = self { value } else { nil } }

  /// The list, when this is one.
  package var list: GGUFList? { if case .list(let value) = self { value } else { nil } }
}

/// A list of values of one type, as the file has them: a tokenizer's has a hundred thousand texts.
package struct GGUFList: Hashable, Sendable {
  let kind: GGUFValue.Kind
  /// How many values there are.
  package let count: Int
  /// The values one after the other, checked.
  let bytes: ArraySlice<UInt8>

  /// Calls `body` with the UTF-8 of each text; nothing happens when these are no texts.
  package func forEachText(_ body: (ArraySlice<UInt8>) -> Void) {
    guard kind == .text else { return }
    var place = bytes.startIndex
    for _ in 0..<count {
      let length = Int(bytes.littleEndian(UInt64.self, at: place))
      body(bytes[place + 8..<place + 8 + length])
      place += 8 + length
    }
  }

  /// The texts, when these are some; bytes that are not UTF-8 become U+FFFD.
  package var texts: [String]? {
    guard kind == .text else { return nil }
    var texts: [String] = []
    texts.reserveCapacity(count)
    forEachText { texts.append(String(decoding: $0, as: UTF8.self)) }
    return texts
  }

  /// The whole numbers, when these are some that fit.
  package var integers: [Int]? {
    var integers: [Int] = []
    integers.reserveCapacity(count)
    for index in 0..<count {
      guard let value = bytes.value(kind, at: place(of: index))?.integer else { return nil }
      integers.append(value)
    }
    return integers
  }

  /// The numbers, when these are some; of float32 these, not the shortest decimal ones.
  package var numbers: [Double]? {
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for index in 0..<count {
      let place = place(of: index)
      if kind == .float32 {
        numbers.append(Double(Float(bitPattern: bytes.littleEndian(UInt32.self, at: place))))
      } else {
        guard let value = bytes.value(kind, at: place)?.number else { return nil }
        numbers.append(value)
      }
    }
    return numbers
  }

  /// The truth values, when these are some.
  package var flags: [Bool]? {
    guard kind == .bool else { return nil }
    return bytes.map { $0 != 0 }
  }

  private func place(of index: Int) -> Int { bytes.startIndex + index * kind.byteCount }
}

extension ArraySlice<UInt8> {
  /// The number whose bytes begin at `place`; the caller knows that they are there.
  func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type, at place: Int) -> Number {
    withUnsafeBytes { bytes in
      // Safety: `loadUnaligned` checks nothing; the precondition does.
      precondition(place >= startIndex && place + MemoryLayout<Number>.size <= endIndex)
      return Number(
        littleEndian: bytes.loadUnaligned(fromByteOffset: place - startIndex, as: Number.self))
    }
  }

  /// The value of a type of fixed width; nil for texts, lists, and a truth value that is neither.
  func value(_ kind: GGUFValue.Kind, at place: Int) -> GGUFValue? {
    switch kind {
    case .uint8: return .integer(Int(littleEndian(UInt8.self, at: place)))
    case .int8: return .integer(Int(littleEndian(Int8.self, at: place)))
    case .uint16: return .integer(Int(littleEndian(UInt16.self, at: place)))
    case .int16: return .integer(Int(littleEndian(Int16.self, at: place)))
    case .uint32: return .integer(Int(littleEndian(UInt32.self, at: place)))
    case .int32: return .integer(Int(littleEndian(Int32.self, at: place)))
    case .int64: return .integer(Int(littleEndian(Int64.self, at: place)))
    case .uint64:
      let value = littleEndian(UInt64.self, at: place)
      return Int(exactly: value).map { .integer($0) } ?? .number(Double(value))
    case .float32:
      let value = Float(bitPattern: littleEndian(UInt32.self, at: place))
      return .number(Double(value.description) ?? Double(value))
    case .float64: return .number(Double(bitPattern: littleEndian(UInt64.self, at: place)))
    case .bool:
      let value = littleEndian(UInt8.self, at: place)
      return value <= 1 ? .flag(value == 1) : nil
    case .text, .list: return nil
    }
  }
}
