import Language
import Reporting
import Session

extension Settings {
  /// Checks a change against the setting's declaration and makes it.
  mutating func apply(_ change: SettingChange) throws(Diagnostic) {
    guard let definition = SettingDefinition.named(change.name) else {
      throw Diagnostic(
        code: .unknownSetting, "there is no setting `\(change.name)`.", at: change.label(.name))
    }
    guard let value = definition.kind.accept(change.value) else {
      throw Diagnostic(
        code: .settingOutOfRange,
        "\(definition.name) \(change.value.source) is outside \(definition.kind.range).",
        at: change.label(.value),
        hints: [
          .type(
            "set \(definition.name) \(definition.kind.nearest(to: change.value) ?? definition.fallback.text)"
          )
        ]
      )
    }
    set(definition.name, to: value)
  }
}

extension SettingChange {
  fileprivate enum Part { case name, value }

  fileprivate func label(_ part: Part) -> Diagnostic.Label {
    Diagnostic.Label(file, part == .name ? nameSpan : valueSpan, "")
  }
}

extension SettingKind {
  /// Returns the value as the setting keeps it; nil when it is not one of its values.
  func accept(_ value: Value) -> SettingValue? {
    switch self {
    case .integer(let range):
      guard case .number(let number) = value, let whole = Int(exactly: number),
        range.contains(whole)
      else { return nil }
      return .number(number)
    case .number(let range), .share(let range): return SettingKind.number(value, range)
    case .seconds(let range):
      guard case .duration(let seconds) = value else { return SettingKind.number(value, range) }
      return SettingKind.number(.number(seconds), range)
    case .choice(let words):
      guard case .string(let word) = value, words.contains(word) else { return nil }
      return .text(word)
    case .automaticNumber(let range):
      return value == .string("auto") ? .text("auto") : SettingKind.number(value, range)
    case .automaticInteger(let range):
      return value == .string("auto") ? .text("auto") : SettingKind.integer(range).accept(value)
    case .text:
      guard case .string(let text) = value, !text.isEmpty else { return nil }
      return .text(text)
    case .names:
      if value == .string("all") { return .text("all") }
      guard case .list(let items) = value, !items.isEmpty else { return nil }
      let names = items.compactMap { if case .string(let name) = $0 { name } else { nil } }
      return names.count == items.count ? .list(names) : nil
    }
  }

  /// The choice that a word was most likely meant to be; nil when there is none.
  fileprivate func nearest(to value: Value) -> String? {
    guard case .choice(let words) = self, case .string(let word) = value else { return nil }
    return Suggestion.nearest(to: word, among: words)
  }

  private static func number(_ value: Value, _ range: ClosedRange<Double>) -> SettingValue? {
    guard case .number(let number) = value, range.contains(number) else { return nil }
    return .number(number)
  }

  /// What may be set, in words.
  var range: String {
    switch self {
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound), whole numbers"
    case .number(let range): SettingKind.ends(range)
    case .share(let range):
      "\(Quantity(range.lowerBound * 100, .exact).text)% to "
        + "\(Quantity(range.upperBound * 100, .exact).text)%"
    case .seconds(let range): "\(Int(range.lowerBound))s to \(Int(range.upperBound))s"
    case .choice(let words): words.joined(separator: ", ")
    case .automaticInteger(let range): "auto, or \(SettingKind.integer(range).range)"
    case .automaticNumber(let range): "auto, or \(SettingKind.ends(range))"
    case .text(let words): words.joined(separator: ", ") + ", or a text in quotes"
    case .names: "all, or a list of names in quotes"
    }
  }

  private static func ends(_ range: ClosedRange<Double>) -> String {
    "\(Quantity(range.lowerBound, .exact).text) to \(Quantity(range.upperBound, .exact).text)"
  }
}
