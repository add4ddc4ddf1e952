import Reporting

extension Value {
  /// How many digits of a number people are shown.
  private static let digits = 6

  /// The value with its numbers as people read them: six digits that count; whole numbers stay.
  ///
  /// For showing only: what scripts compute with and notebooks keep is never rounded.
  package var rounded: Value {
    switch self {
    case .number(let number): .number(NumberText.rounded(number, digits: Self.digits))
    case .duration(let seconds): .duration(NumberText.rounded(seconds, digits: Self.digits))
    case .list(let items): .list(items.map(\.rounded))
    case .record(let record): .record(Record(record.fields.map { ($0.name, $0.value.rounded) }))
    case .null, .bool, .string, .range, .handle, .closure: self
    }
  }
}
