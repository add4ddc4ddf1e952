package import Reporting

/// A command to run: which declaration and pattern it fits, and its slots' values.
package struct Call: Sendable {
  /// A filled slot.
  package struct Slot: Sendable {
    /// The name that the pattern gives it, as `data` in `<data:data>`.
    package let name: String
    /// What kind the pattern asks for.
    package let kind: SlotKind
    /// What stands in it, evaluated unless it is a block or a condition over rows.
    package let value: SlotValue
    /// Where it was written, for labels of errors.
    package let span: SourceSpan
  }

  /// A name with its number.
  package struct Weight: Sendable {
    /// The name as it was written.
    package let name: String
    /// The number; 1 where none was written.
    package let value: Double
    /// Where the name stands.
    package let span: SourceSpan
  }

  /// What a slot holds.
  package enum SlotValue: Sendable {
    /// The value of a term or expression.
    case value(Value)
    /// A bare word, taken as it stands: the name of a model, of data, a choice.
    case word(String)
    /// `90/10`.
    case ratio([Double])
    case settings([SettingChange])
    case weights([Weight])
    case condition(Condition)
    case row(RowExpression)
    case block(Closure)
  }

  /// The declaration that the command fits.
  package let signature: Signature
  /// The literal words used, in order, the verb first.
  package let words: [String]
  /// The slots that were filled, in the order of the line.
  package let slots: [Slot]
  /// The script or cell that has the command.
  package let file: SourceFile
  /// The whole command.
  package let span: SourceSpan

  /// True when the command was written with this option word.
  package func has(_ word: String) -> Bool { words.dropFirst().contains(word) }

  /// The slot of this name, when it was filled.
  package func slot(_ name: String) -> Slot? { slots.first { $0.name == name } }

  /// The value of a slot filled by a term or an expression.
  package func value(_ name: String) -> Value? {
    if case .value(let value) = slot(name)?.value { return value }
    return nil
  }

  /// A whole number; the interpreter has checked kind and range.
  package func int(_ name: String) -> Int? {
    if case .number(let number) = value(name) { return Int(exactly: number) }
    return nil
  }

  /// A number, a percentage as a share of one, or a time in seconds.
  package func number(_ name: String) -> Double? {
    switch value(name) {
    case .number(let number): number
    case .duration(let seconds): seconds
    default: nil
    }
  }

  /// A text in quotes, or given by a value.
  package func text(_ name: String) -> String? {
    if case .string(let text) = value(name) { return text }
    return nil
  }

  /// A name: a bare word, a text, or the name of a handle given by a value.
  package func name(_ slotName: String) -> String? {
    switch slot(slotName)?.value {
    case .word(let word): word
    case .value(.string(let text)): text
    case .value(.handle(let handle)): handle.name
    default: nil
    }
  }

  /// Names in a list: words of a choice, or the texts of a list given by a value.
  package func names(_ name: String) -> [String]? {
    guard case .list(let items) = value(name) else { return nil }
    return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  /// The parts of a ratio.
  package func ratio(_ name: String) -> [Double]? {
    if case .ratio(let parts) = slot(name)?.value { return parts }
    return nil
  }

  /// The settings of a `set`.
  package func settings(_ name: String) -> [SettingChange]? {
    if case .settings(let changes) = slot(name)?.value { return changes }
    return nil
  }

  /// Names with numbers.
  package func weights(_ name: String) -> [Weight]? {
    if case .weights(let weights) = slot(name)?.value { return weights }
    return nil
  }

  /// When to stop.
  package func condition(_ name: String) -> Condition? {
    if case .condition(let condition) = slot(name)?.value { return condition }
    return nil
  }

  /// A condition over `row`.
  package func row(_ name: String) -> RowExpression? {
    if case .row(let expression) = slot(name)?.value { return expression }
    return nil
  }

  /// A block to run.
  package func block(_ name: String) -> Closure? {
    if case .block(let closure) = slot(name)?.value { return closure }
    return nil
  }

  /// A label on a slot, or on the whole command when the slot is empty.
  package func label(_ slotName: String? = nil, _ text: String = "") -> Diagnostic.Label {
    Diagnostic.Label(file, slotName.flatMap(slot)?.span ?? span, text)
  }
}

/// A setting to change, as in `set lr 2e-4` and `with rank 8 { … }`.
package struct SettingChange: Hashable, Sendable {
  /// The name as it was written; whether there is such a setting is not looked at here.
  package let name: String
  /// The new value, not yet held against the setting's bounds.
  package let value: Value
  /// The text that both places below are in.
  package let file: SourceFile
  /// Where the name stands; that of the whole record where the change came in one.
  package let nameSpan: SourceSpan
  /// Where the value stands; that of the whole record where the change came in one.
  package let valueSpan: SourceSpan
}

/// When something that runs `until` ends.
package enum Condition: Hashable, Sendable {
  /// No improvement of the metric in this many evaluations.
  case stalls(metric: String, checks: Int)
  /// A metric is on one side of a number.
  case comparison(metric: String, Operator, Double)
  /// This many seconds have passed.
  case elapsed(Double)
}
