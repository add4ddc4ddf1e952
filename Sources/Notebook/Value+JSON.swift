package import Language
package import Serialization

extension Value {
  /// The value for another program: a time in seconds, a range as its ends, a thing by its name.
  package var json: JSONValue {
    switch self {
    case .null: .null
    case .bool(let bool): .bool(bool)
    case .number(let number): Self.json(number)
    case .duration(let seconds): Self.json(seconds)
    case .string(let text): .string(text)
    case .list(let items): .array(items.map(\.json))
    case .record(let record): .object(JSONObject(record.fields.map { ($0.name, $0.value.json) }))
    case .range(let first, let last): ["first": .integer(first), "last": .integer(last)]
    case .handle(let handle): .string(handle.name)
    case .closure(let closure): .string(closure.name)
    }
  }

  /// Whole numbers without a point; JSON has no word for what is not finite.
  static func json(_ number: Double) -> JSONValue {
    guard number.isFinite else { return .null }
    if abs(number) < 0x1p53, let whole = Int(exactly: number) { return .integer(whole) }
    return .number(number)
  }
}
