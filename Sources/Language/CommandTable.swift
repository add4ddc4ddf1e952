import Reporting

/// Every command, setting and metric a script may use; the language itself knows none.
package struct CommandTable: Sendable {
  package let signatures: [Signature]
  package let settings: [SettingSignature]
  /// Metrics that `until` may watch, as `dev.loss`; empty when any is allowed.
  package let metrics: [String]
  /// Names that always mean something: `run`, `settings`, `base`, `data`.
  package let names: [String]

  private let indices: [String: [Int]]
  private let patternWords: [String: Set<String>]

  /// Makes a table.
  package init(
    _ signatures: [Signature], settings: [SettingSignature] = [], metrics: [String] = [],
    names: [String] = []
  ) {
    self.names = names
    self.signatures = signatures
    self.settings = settings
    self.metrics = metrics
    // `show data` goes before `show <value>`: a command's own words are not taken for a name.
    let ordered = signatures.indices.sorted {
      (-signatures[$0].nameLength, $0) < (-signatures[$1].nameLength, $1)
    }
    indices = Dictionary(grouping: ordered) { signatures[$0].verb }
    patternWords = indices.mapValues { indices in
      Set(indices.flatMap { signatures[$0].optionWords })
    }
  }

  /// The verbs, in alphabetical order.
  package var verbs: [String] { indices.keys.sorted() }

  /// True when the word starts a command.
  package func isVerb(_ word: String) -> Bool { indices[word] != nil }

  /// The commands of a verb, by index in ``signatures``.
  func commands(of verb: String) -> [Int] { indices[verb] ?? [] }

  /// The option words of a verb's patterns; a slot never takes one of them for a name.
  func words(of verb: String) -> Set<String> { patternWords[verb] ?? [] }

  /// The setting of this name.
  package func setting(named name: String) -> SettingSignature? {
    settings.first { $0.name == name }
  }

  /// Other words for verbs, with the verb each stands for.
  package var synonyms: [String: String] {
    let pairs = signatures.flatMap { signature in
      signature.synonyms.map { ($0, signature.verb) }
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// The verb a user most likely meant.
  package func verb(nearestTo word: String) -> String? {
    Suggestion.nearest(to: word, among: verbs, synonyms: synonyms)
  }

  /// The setting a user most likely meant.
  package func setting(nearestTo word: String) -> String? {
    let pairs = settings.flatMap { setting in setting.synonyms.map { ($0, setting.name) } }
    return Suggestion.nearest(
      to: word, among: settings.map(\.name),
      synonyms: Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
  }
}

/// What the language knows of a declared setting.
package struct SettingSignature: Hashable, Sendable {
  package let name: String
  /// `choice`, `text`, `int`, `float`, `percent`, …; a bare word is a variable for kinds of numbers.
  package let kind: SlotKind
  /// The words of a `choice`.
  package let choices: [String]
  package let about: String
  package let synonyms: [String]

  /// Declares a setting to the language.
  package init(
    _ name: String, _ kind: SlotKind, choices: [String] = [], about: String,
    synonyms: [String] = []
  ) {
    self.name = name
    self.kind = kind
    self.choices = choices
    self.about = about
    self.synonyms = synonyms
  }
}
