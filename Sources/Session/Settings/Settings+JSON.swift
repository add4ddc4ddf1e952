package import Serialization
import SettingDeclarations

/// What was set, as it is kept beside a training's state.
extension Settings {
  /// What was set, by name.
  package var json: JSONObject {
    var object: JSONObject = [:]
    for setting in Self.all where isChosen(setting) {
      object[setting.name] = setting.value(in: self).json
    }
    return object
  }

  /// Reads what ``json`` wrote; nil when it has what is no setting, or no value of one.
  package init?(_ json: JSONObject) {
    self.init()
    for (name, value) in json.entries {
      guard let setting = Self.named(name), let value = SettingValue(value), set(setting, to: value)
      else { return nil }
    }
  }
}

extension SettingValue {
  fileprivate var json: JSONValue {
    switch self {
    case .number(let number): .number(number)
    case .text(let text): .string(text)
    case .list(let names): .array(names.map { .string($0) })
    }
  }

  fileprivate init?(_ json: JSONValue) {
    switch json {
    case .integer, .number:
      guard let number = json.double else { return nil }
      self = .number(number)
    case .string(let text): self = .text(text)
    case .array(let items): self = .list(items.compactMap(\.string))
    case .null, .bool, .object: return nil
    }
  }
}
