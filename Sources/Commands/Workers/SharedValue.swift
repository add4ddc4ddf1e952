package import Language
import Serialization

/// The value of a command as bytes: as the first worker sends it to the others, and as it is kept for the
/// same command later.
///
/// Numbers keep their bits. Handles and procedures are not sent: each worker has its own of them, at
/// the same place of its own value.
package enum SharedValue {
  private enum Key {
    static let number = "number"
    static let duration = "duration"
    static let record = "record"
    static let range = "range"
    static let own = "own"
  }

  /// The value as bytes.
  package static func bytes(of value: Value) -> [UInt8] { Array(json(value).text.utf8) }

  /// The value that bytes have; `own` is that of this worker.
  package static func value(of bytes: [UInt8], own: Value) -> Value {
    guard let json = try? JSONValue(parsing: bytes) else { return own }
    return value(json, own)
  }

  /// Whether bytes hold all of a value: whether it has no handle or procedure in it.
  package static func isWhole(_ value: Value) -> Bool {
    switch value {
    case .null, .bool, .number, .duration, .string, .range: true
    case .list(let items): items.allSatisfy(isWhole)
    case .record(let record): record.fields.allSatisfy { isWhole($0.value) }
    case .handle, .closure: false
    }
  }

  private static func json(_ value: Value) -> JSONValue {
    switch value {
    case .null: .null
    case .bool(let bool): .bool(bool)
    case .number(let number): .object([Key.number: .string(bits(number))])
    case .duration(let seconds): .object([Key.duration: .string(bits(seconds))])
    case .string(let text): .string(text)
    case .list(let items): .array(items.map(json))
    case .record(let record):
      .object([
        Key.record: .array(record.fields.map { .array([.string($0.name), json($0.value)]) })
      ])
    case .range(let first, let last):
      .object([Key.range: .array([.integer(first), .integer(last)])])
    case .handle, .closure: .object([Key.own: .bool(true)])
    }
  }

  private static func value(_ json: JSONValue, _ own: Value) -> Value {
    switch json {
    case .null: return .null
    case .bool(let bool): return .bool(bool)
    case .string(let text): return .string(text)
    case .array(let items):
      var others: [Value] = []
      if case .list(let list) = own { others = list }
      return .list(
        items.enumerated().map { value($1, $0 < others.count ? others[$0] : .null) })
    case .object(let object):
      if case .string(let text)? = object[Key.number] { return .number(number(text)) }
      if case .string(let text)? = object[Key.duration] { return .duration(number(text)) }
      if case .array(let ends)? = object[Key.range], case .integer(let first)? = ends.first,
        case .integer(let last)? = ends.last
      {
        return .range(first, last)
      }
      guard case .array(let fields)? = object[Key.record] else { return own }
      return .record(record(fields, own))
    case .integer, .number: return own
    }
  }

  private static func record(_ fields: [JSONValue], _ own: Value) -> Record {
    var others = Record()
    if case .record(let record) = own { others = record }
    return Record(
      fields.compactMap { field in
        guard case .array(let pair) = field, pair.count == 2, case .string(let name) = pair[0]
        else { return nil }
        return (name, value(pair[1], others[name] ?? .null))
      })
  }

  private static func bits(_ number: Double) -> String {
    String(number.bitPattern, radix: 16)
  }

  private static func number(_ text: String) -> Double {
    UInt64(text, radix: 16).map { Double(bitPattern: $0) } ?? .nan
  }
}
