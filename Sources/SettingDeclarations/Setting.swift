/// Where a setting counts.
package struct Counting: OptionSet, Sendable {
  /// A bit for each place.
  package let rawValue: Int

  /// The places of some bits.
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// In what a training gives: its checkpoint names the setting when another value is found.
  package static let inResult = Counting(rawValue: 1)
  /// In what rows become, and so in what a training gives; a checkpoint compares their tokens.
  package static let inRows = Counting(rawValue: 2)
  /// In when a training ends that waits for what is measured on dev.
  package static let inEnding = Counting(rawValue: 4)
  /// In what is loaded: the lines that lead to a training set it first.
  package static let inLoading = Counting(rawValue: 8)
  /// From the next step of a training under way, which may be given another value.
  package static let fromNextStep = Counting(rawValue: 16)
  /// Nowhere: memory, speed and what is shown may depend on it.
  package static let never: Counting = []
}

/// One setting of a group: its name, where its value is kept, what it may be, and what it does.
///
/// Its default is what a new group has there.
package struct Setting<Group: Sendable>: Sendable {
  /// What is typed for it, as `lr`.
  package let name: String
  /// One sentence for help.
  package let about: String
  /// Other words people use for it.
  package let synonyms: [String]
  /// What kind of value is typed.
  package let form: SettingForm
  /// The words that may be typed for it.
  package let choices: [String]
  /// What it may be, in words.
  package let range: String
  /// Where it counts.
  package let counts: Counting
  private let isInForce: @Sendable (Group) -> Bool
  private let write: @Sendable (Group) -> SettingValue
  private let read: @Sendable (SettingValue, inout Group) -> Bool
  private let exact: @Sendable (Group) -> String

  /// Declares a setting.
  ///
  /// - Parameters:
  ///   - name: what is typed.
  ///   - path: where its value is kept.
  ///   - type: what it may be.
  ///   - about: one sentence for help.
  ///   - synonyms: other words people use for it.
  ///   - counts: where it counts; each setting has to say so.
  ///   - condition: whether the rest of the group leaves it anything to do.
  package init<Value>(
    _ name: String, _ path: any WritableKeyPath<Group, Value> & Sendable,
    _ type: SettingType<Value>,
    _ about: String, synonyms: [String] = [], counts: Counting,
    when condition: @escaping @Sendable (Group) -> Bool = { _ in true }
  ) {
    self.name = name
    self.about = about
    self.synonyms = synonyms
    (form, choices, range) = (type.form, type.choices, type.range)
    self.counts = counts
    isInForce = condition
    write = { type.write($0[keyPath: path]) }
    read = { value, group in
      guard let value = type.read(value) else { return false }
      group[keyPath: path] = value
      return true
    }
    exact = { type.exact($0[keyPath: path]) }
  }

  private init<Part>(
    _ setting: Setting<Part>, inside path: any WritableKeyPath<Group, Part> & Sendable
  ) {
    (name, about, synonyms) = (setting.name, setting.about, setting.synonyms)
    (form, choices, range) = (setting.form, setting.choices, setting.range)
    counts = setting.counts
    isInForce = { setting.isInForce($0[keyPath: path]) }
    write = { setting.write($0[keyPath: path]) }
    read = { setting.read($0, &$1[keyPath: path]) }
    exact = { setting.exact($0[keyPath: path]) }
  }

  /// The same setting of something that holds the group.
  package func inside<Whole: Sendable>(
    _ path: any WritableKeyPath<Whole, Group> & Sendable
  ) -> Setting<Whole> { Setting<Whole>(self, inside: path) }

  /// The value in a group.
  package func value(in group: Group) -> SettingValue { write(group) }

  /// Gives it another value; returns false, and changes nothing, for one that it may not have.
  package func set(_ value: SettingValue, in group: inout Group) -> Bool { read(value, &group) }

  /// The value to the last bit, for comparing with what a checkpoint keeps.
  package func exactText(in group: Group) -> String { exact(group) }

  /// Whether what a training with these settings gives depends on it.
  package func countsInResult(of group: Group) -> Bool {
    counts.contains(.inResult) && isInForce(group)
  }
}
