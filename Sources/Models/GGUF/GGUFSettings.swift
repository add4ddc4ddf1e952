package import Checkpoints

/// The settings of a GGUF file, each checked when it is asked for; it remembers which were.
package final class GGUFSettings {
  private let values: [String: GGUFValue]
  private let path: String
  private var asked: Set<String> = []

  package init(_ values: [String: GGUFValue], path: String) {
    self.values = values
    self.path = path
  }

  /// The value of a key; nil when it is not there.
  func value(_ key: String) -> GGUFValue? {
    asked.insert(key)
    return values[key]
  }

  /// The whole number; nil when the key is not there.
  ///
  /// A list with one for each layer is taken when all are the same.
  func integer(_ key: String) throws(CheckpointError) -> Int? {
    guard let value = value(key) else { return nil }
    if let integer = value.integer { return integer }
    if let integers = value.list?.integers, let first = integers.first {
      guard integers.allSatisfy({ $0 == first }) else {
        throw wrong(key, "differs from layer to layer, which is not read here")
      }
      return first
    }
    throw wrong(key, "is no whole number")
  }

  /// The number; nil when the key is not there.
  func number(_ key: String) throws(CheckpointError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.number else { throw wrong(key, "is no number") }
    return number
  }

  /// The truth value; nil when the key is not there.
  func flag(_ key: String) throws(CheckpointError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard let flag = value.flag else { throw wrong(key, "is neither true nor false") }
    return flag
  }

  /// The text; nil when the key is not there.
  func text(_ key: String) throws(CheckpointError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.text else { throw wrong(key, "is no text") }
    return text
  }

  /// `value`, or the error for a key that must be there.
  func required<Value>(_ value: Value?, _ key: String) throws(CheckpointError) -> Value {
    guard let value else { throw fault(.missingSetting(key: key)) }
    return value
  }

  /// The error for a value that is none of those allowed.
  func wrong(_ key: String, _ reason: String) -> CheckpointError {
    fault(.badSetting(key: key, reason: reason))
  }

  func fault(_ fault: GGUFFault) -> CheckpointError { .gguf(path: path, fault) }

  /// Refuses a setting below `prefix` that nobody asked for.
  ///
  /// Left out, it could change what the model computes without a word. Values that say "nothing" or
  /// "no" change nothing.
  func refuseUnread(below prefix: String) throws(CheckpointError) {
    for (key, value) in values.sorted(by: { $0.key < $1.key })
    where key.hasPrefix(prefix) && !asked.contains(key) && !value.isOff {
      throw fault(.unreadSetting(key: key))
    }
  }
}

extension GGUFValue {
  /// Whether it says "nothing" or "no": false, zero and whatever is empty.
  fileprivate var isOff: Bool {
    switch self {
    case .integer(let value): value == 0
    case .number(let value): value == 0
    case .flag(let value): !value
    case .text(let value): value.isEmpty
    case .list(let list): list.numbers?.allSatisfy { $0 == 0 } ?? list.flags?.contains(true) != true
    }
  }
}
