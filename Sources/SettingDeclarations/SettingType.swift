import Reporting

/// What is typed for a setting, roughly: which words and numbers the language expects.
package enum SettingForm: Hashable, Sendable {
  case integer
  case number
  /// A share of one, typed as `10%` or `0.1`.
  case share
  /// A time in seconds, typed as `5min`.
  case seconds
  /// One of a few words.
  case choice
  /// A word, or something that is none.
  case mixed
}

/// How values of one Swift type are typed as a setting, and which of them it may have.
package struct SettingType<Value: Sendable>: Sendable {
  /// What is typed.
  let form: SettingForm
  /// The words that may be typed.
  let choices: [String]
  /// What may be set, in words.
  let range: String
  let write: @Sendable (Value) -> SettingValue
  /// Nil for what it may not have.
  let read: @Sendable (SettingValue) -> Value?
  /// The value to the last bit, as checkpoints keep it.
  let exact: @Sendable (Value) -> String

  /// Declares a type of settings; `exact` is Swift's own description unless it is given.
  package init(
    _ form: SettingForm, choices: [String] = [], range: String,
    write: @escaping @Sendable (Value) -> SettingValue,
    read: @escaping @Sendable (SettingValue) -> Value?,
    exact: @escaping @Sendable (Value) -> String = { "\($0)" }
  ) {
    self.form = form
    self.choices = choices
    self.range = range
    self.write = write
    self.read = read
    self.exact = exact
  }
}

// MARK: Numbers

extension SettingType where Value: FixedWidthInteger {
  /// A whole number of a range.
  package static func integer(_ range: ClosedRange<Int>) -> SettingType {
    SettingType(
      .integer, range: "\(range.lowerBound) to \(range.upperBound), whole numbers",
      write: { .number(Double($0)) },
      read: { value in
        guard case .number(let number) = value, let whole = Int(exactly: number),
          range.contains(whole)
        else { return nil }
        return Value(exactly: whole)
      })
  }
}

extension SettingType where Value == Double {
  /// A number of a range.
  package static func number(_ range: ClosedRange<Double>) -> SettingType {
    number(.number, range, "\(shown(range.lowerBound)) to \(shown(range.upperBound))")
  }

  /// A share of one.
  package static func share(_ range: ClosedRange<Double>) -> SettingType {
    number(
      .share, range, "\(shown(range.lowerBound * 100))% to \(shown(range.upperBound * 100))%")
  }

  /// A time in seconds.
  package static func seconds(_ range: ClosedRange<Double>) -> SettingType {
    number(.seconds, range, "\(Int(range.lowerBound))s to \(Int(range.upperBound))s")
  }

  private static func number(
    _ form: SettingForm, _ range: ClosedRange<Double>, _ words: String
  ) -> SettingType {
    SettingType(
      form, range: words, write: { .number($0) },
      read: { value in
        guard case .number(let number) = value, range.contains(number) else { return nil }
        return number
      })
  }

  private static func shown(_ number: Double) -> String { Quantity(number, .exact).text }
}

// MARK: Words

extension SettingType where Value: CaseIterable & RawRepresentable<String> {
  /// One of the cases, typed as its raw value.
  package static var choice: SettingType {
    let words = Value.allCases.map(\.rawValue)
    return SettingType(
      .choice, choices: words, range: words.joined(separator: ", "),
      write: { .text($0.rawValue) },
      read: { value in
        guard case .text(let word) = value else { return nil }
        return Value.allCases.first { $0.rawValue == word }
      }, exact: { $0.rawValue })
  }
}

extension SettingType where Value == Bool {
  /// The words `on` and `off`.
  package static var onOff: SettingType {
    SettingType(
      .choice, choices: ["on", "off"], range: "on, off",
      write: { .text($0 ? "on" : "off") },
      read: { value in
        switch value {
        case .text("on"): true
        case .text("off"): false
        case .text, .number, .list: nil
        }
      },
      exact: { $0 ? "on" : "off" })
  }
}

extension SettingType where Value == String? {
  /// A text, or the word that stands for none; `known` are texts that need no quotes.
  package static func text(or word: String, known: [String] = []) -> SettingType {
    let words = [word] + known
    return SettingType(
      .mixed, choices: words, range: words.joined(separator: ", ") + ", or a text in quotes",
      write: { .text($0 ?? word) },
      read: { value in
        guard case .text(let text) = value, !text.isEmpty else { return nil }
        return .some(text == word ? nil : text)
      }, exact: { $0 ?? word })
  }
}

extension SettingType {
  /// What another type may have, or the word `auto`, which is nil: the program chooses.
  package static func automatic<Wrapped>(
    _ type: SettingType<Wrapped>
  ) -> SettingType where Value == Wrapped? {
    let isChoice = type.form == .choice
    return SettingType(
      isChoice ? .choice : .mixed, choices: ["auto"] + type.choices,
      range: "auto, " + (isChoice ? "" : "or ") + type.range,
      write: { $0.map(type.write) ?? .text("auto") },
      read: { $0 == .text("auto") ? .some(nil) : type.read($0).map { .some($0) } },
      // Checkpoints have 0 for what was left open.
      exact: { $0.map(type.exact) ?? "0" })
  }
}
