import Reporting

/// Every command, setting and metric a script may use; the language itself knows none.
package struct CommandTable: Sendable {
  /// All commands; a parsed command names its own by its place here.
  package let signatures: [Signature]
  /// All settings that `set` and `with` may name.
  package let settings: [SettingSignature]
  /// Metrics that `until` may watch, as `dev.loss`; empty when any is allowed.
  package let metrics: [String]
  /// Names that always mean something: `run`, `settings`, `base`, `data`.
  package let names: [String]
  /// Words of the field that are no command, setting or metric.
  package let concepts: [ConceptSignature]

  private let indices: [String: [Int]]
  private let patternWords: [String: Set<String>]
  private let conceptIndices: [String: Int]

  /// Makes a table.
  package init(
    _ signatures: [Signature], settings: [SettingSignature] = [], metrics: [String] = [],
    names: [String] = [], concepts: [ConceptSignature] = []
  ) {
    self.names = names
    self.concepts = concepts
    conceptIndices = Dictionary(
      concepts.indices.flatMap { index in concepts[index].words.map { ($0, index) } },
      uniquingKeysWith: { first, _ in first })
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

  /// The word that an expression is, alone or in parentheses, when it is one of a setting's choices.
  func choice(_ value: Expression, for name: String) -> String? {
    var value = value
    if case .group(let inner) = value.kind { value = inner }
    guard let word = value.nameText, setting(named: name)?.choices.contains(word) ?? false else {
      return nil
    }
    return word
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
    nearest(to: word, among: verbs, synonyms: synonyms)
  }

  /// What a word of the field is about, however it is written: `early-stopping`, `Early_Stopping`.
  package func concept(of word: String) -> ConceptSignature? {
    let normal = ConceptSignature.normalized(word)
    let index =
      conceptIndices[normal]
      ?? (normal.hasSuffix("s") ? conceptIndices[String(normal.dropLast())] : nil)
    return index.map { concepts[$0] }
  }

  /// The candidate a user most likely meant; none for a word that has a meaning of its own, which is
  /// no slip for another: `serve` is not `save`.
  func nearest(
    to word: String, among candidates: [String], synonyms: [String: String] = [:]
  ) -> String? {
    guard let concept = concept(of: word) else {
      return Suggestion.nearest(to: word, among: candidates, synonyms: synonyms)
    }
    let found = Suggestion.nearest(to: word, among: candidates)
    if let found, self.concept(of: found)?.words == concept.words { return found }
    return synonyms[word.lowercased()]
  }

  /// The setting a user most likely meant.
  package func setting(nearestTo word: String) -> String? {
    let pairs = settings.flatMap { setting in setting.synonyms.map { ($0, setting.name) } }
    return nearest(
      to: word, among: settings.map(\.name),
      synonyms: Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
  }
}

/// What the language knows of a declared setting.
package struct SettingSignature: Hashable, Sendable {
  /// What stands after `set`.
  package let name: String
  /// `choice`, `text`, `int`, `float`, `percent`, …; a bare word is a variable for kinds of numbers.
  package let kind: SlotKind
  /// The words of a `choice`.
  package let choices: [String]
  /// A few words for completion.
  package let about: String
  /// Other words people use for it, for "did you mean".
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
