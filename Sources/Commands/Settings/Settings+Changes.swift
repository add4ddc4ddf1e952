import Language
import Reporting
import Session
import SettingDeclarations

extension Settings {
  /// Checks a change against the setting's declaration and makes it.
  mutating func apply(_ change: SettingChange) throws(Diagnostic) {
    guard let setting = Settings.named(change.name) else {
      throw Diagnostic(
        code: .unknownSetting, "there is no setting `\(change.name)`.",
        at: change.label(change.nameSpan))
    }
    if let value = SettingValue(change.value, typedAs: setting.form), set(setting, to: value) {
      return
    }
    let meant = setting.nearest(to: change.value) ?? setting.value(in: Settings()).text
    throw Diagnostic(
      code: .settingOutOfRange,
      "\(setting.name) \(change.value.source) is outside \(setting.range).",
      at: change.label(change.valueSpan), hints: [.type("set \(setting.name) \(meant)")])
  }
}

extension SettingChange {
  fileprivate func label(_ span: SourceSpan) -> Diagnostic.Label {
    Diagnostic.Label(file, span, "")
  }
}

extension Setting {
  /// The choice that a word was most likely meant to be; nil when there is none.
  fileprivate func nearest(to value: Value) -> String? {
    guard form == .choice, case .string(let word) = value else { return nil }
    return Suggestion.nearest(to: word, among: choices)
  }
}

// MARK: Values of the language

extension SettingValue {
  /// A value of the language as one of a setting; nil for a kind of value that no such setting has.
  fileprivate init?(_ value: Value, typedAs form: SettingForm) {
    switch value {
    case .number(let number): self = .number(number)
    case .duration(let seconds) where form == .seconds: self = .number(seconds)
    case .string(let text): self = .text(text)
    case .list(let items):
      let names = items.compactMap { item in
        switch item {
        case .string(let name): name
        case .number: item.source
        default: nil
        }
      }
      guard names.count == items.count else { return nil }
      self = .list(names)
    default: return nil
    }
  }
}

extension Value {
  /// A value of a setting as one of the language.
  init(_ value: SettingValue) {
    switch value {
    case .number(let number): self = .number(number)
    case .text(let text): self = .string(text)
    case .list(let names): self = .list(names.map { .string($0) })
    }
  }
}
