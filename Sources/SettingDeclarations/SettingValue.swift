/// A value of a setting as it is typed, shown and kept in files.
package enum SettingValue: Hashable, Sendable {
  case number(Double)
  case text(String)
  case list([String])

  /// The value as it is typed.
  package var text: String {
    switch self {
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
    case .text(let text): text
    case .list(let names):
      "[" + names.map { Int($0) == nil ? "\"\($0)\"" : $0 }.joined(separator: ", ") + "]"
    }
  }
}
