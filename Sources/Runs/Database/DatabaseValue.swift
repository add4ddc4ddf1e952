/// What stands in a cell of a database.
package enum DatabaseValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case bytes([UInt8])

  /// A number, or nothing.
  init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }

  /// A number, or nothing; what is no number counts as nothing, as a database holds none.
  init(_ number: Double?) { self = number.flatMap { $0.isNaN ? nil : .real($0) } ?? .null }

  /// A text, or nothing.
  init(_ text: String?) { self = text.map { .text($0) } ?? .null }

  /// Numbers, four bytes each, the lowest first.
  init(_ numbers: [Float]) {
    self = .bytes(
      numbers.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) }
      })
  }

  var int: Int? { if case .integer(let number) = self { Int(number) } else { nil } }

  var double: Double? {
    switch self {
    case .real(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The numbers that ``init(_:)-([Float])`` wrote; empty for anything else.
  var floats: [Float] {
    guard case .bytes(let bytes) = self else { return [] }
    return stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << ($1 * 8) })
    }
  }
}

/// A row of a result: its cells by the names of their columns.
struct DatabaseRow {
  private let cells: [String: DatabaseValue]

  init(_ cells: [String: DatabaseValue]) { self.cells = cells }

  subscript(name: String) -> DatabaseValue { cells[name] ?? .null }
}
