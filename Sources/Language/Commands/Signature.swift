/// The one declaration of a command: parsing, completion, errors and help all come from it.
package struct Signature: Sendable {
  /// A thing that must be there before the command runs; the layer that runs commands names them.
  package struct Need: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The word that declarations and help use for it, as `model`.
    package let name: String

    package init(stringLiteral value: String) { name = value }
  }

  /// A thing the command changes; decides what is stale after it and what a replay must repeat.
  package struct Effect: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The word that declarations and help use for it, as `file`.
    package let name: String

    package init(stringLiteral value: String) { name = value }
  }

  /// A field of the record that the command gives.
  package struct ResultField: Hashable, Sendable {
    /// As scripts write it after a point.
    package let name: String
    /// What it holds, in a few words, after the condition when it has one.
    package let about: String
    /// When the record has the field, as in "of rows"; nil when it always does.
    package let condition: String?
    /// True when the value may differ from run to run, such as a time.
    package let isVolatile: Bool

    /// Declares a field; one with a condition may be missing.
    package init(
      _ name: String, _ about: String, when condition: String? = nil, isVolatile: Bool = false
    ) {
      self.name = name
      self.about = (condition.map { $0 + ": " } ?? "") + about
      self.condition = condition
      self.isVolatile = isVolatile
    }
  }

  /// The verb, with a second word when the verb has several commands: `load data`.
  package let name: String
  /// One sentence.
  package let summary: String
  /// More for the help page; paragraphs.
  package let details: [String]
  /// All forms, each with the whole name in front.
  package let patterns: [Pattern]
  /// By slot name, what its kind does not say; most slots need none.
  package let rules: [String: SlotRule]
  /// Checked before the command runs; help lists them.
  package let needs: [Need]
  /// Empty for a command that only looks.
  package let effects: [Effect]
  /// Other words people use for it, for "did you mean".
  package let synonyms: [String]
  /// The fields of the result; empty when the command gives no value.
  package let result: [ResultField]
  /// Lines that run as they stand; together they show every word of the patterns.
  package let examples: [String]
  /// Names of related commands, for the foot of the help page.
  package let seeAlso: [String]

  /// The first word of the name.
  package let verb: String

  /// How many words the name has.
  var nameLength: Int { name.split(separator: " ").count }

  /// The literal words of its patterns after the name.
  var optionWords: [String] { patterns.flatMap { $0.words.dropFirst(nameLength - 1) } }

  /// Declares a command.
  ///
  /// - Parameters:
  ///   - name: the verb and, if need be, its second word.
  ///   - summary: one sentence.
  ///   - details: paragraphs for the help page.
  ///   - patterns: what follows the name, one notation a form; see ``Pattern``.
  ///   - slots: what is more to say about a slot than its kind.
  ///   - needs: what must be there before.
  ///   - effects: what it changes.
  ///   - synonyms: other words for it.
  ///   - result: the fields of its value.
  ///   - examples: lines that run as they stand.
  ///   - seeAlso: names of related commands.
  package init(
    _ name: String, _ summary: String, details: [String] = [], patterns: [String],
    slots: [String: SlotRule] = [:], needs: [Need] = [], effects: [Effect] = [],
    synonyms: [String] = [], result: [ResultField] = [], examples: [String],
    seeAlso: [String] = []
  ) {
    let words = name.split(separator: " ").map(String.init)
    precondition(!words.isEmpty, "a command needs a name")
    self.name = name
    self.summary = summary
    self.details = details
    verb = words[0]
    self.patterns = patterns.map { notation in
      let rest = Pattern(notation)
      let head = words.dropFirst().map { Pattern.Part.word($0) }
      return Pattern(
        notation: notation.isEmpty ? name : "\(name) \(notation)", parts: head + rest.parts)
    }
    rules = slots
    self.needs = needs
    self.effects = effects
    self.synonyms = synonyms
    self.result = result
    self.examples = examples
    self.seeAlso = seeAlso
  }
}

/// What a declaration says about a slot beyond its kind.
package struct SlotRule: Hashable, Sendable {
  /// The least and greatest number.
  package var range: ClosedRange<Double>?
  /// What is taken when the slot is left out, for the help page.
  package var fallback: String?
  /// The words of a `choice` slot.
  package var choices: [String] = []
  /// A few words for the help page.
  package var about = ""
  /// Names that stand for something in the expression of a `rowExpr` slot, beside `row`.
  package var names: [String] = []

  /// Limits of a number.
  package static func range(_ range: ClosedRange<Double>) -> SlotRule { SlotRule(range: range) }

  /// The words of a `choice` slot.
  package static func choices(_ words: String...) -> SlotRule { choices(words) }

  /// The words of a `choice` or `choices` slot, from a list.
  package static func choices(_ words: [String]) -> SlotRule { SlotRule(choices: words) }

  /// What is taken when the slot is left out.
  package static func fallback(_ text: String) -> SlotRule { SlotRule(fallback: text) }

  /// A few words for the help page.
  package static func about(_ text: String) -> SlotRule { SlotRule(about: text) }

  /// Names that stand for something in the expression of a `rowExpr` slot, beside `row`.
  package static func names(_ names: [String]) -> SlotRule { SlotRule(names: names) }

  /// The same rule with a range.
  package func range(_ range: ClosedRange<Double>) -> SlotRule { with { $0.range = range } }

  /// The same rule with what is taken when the slot is left out.
  package func fallback(_ text: String) -> SlotRule { with { $0.fallback = text } }

  /// The same rule with a few words for the help page.
  package func about(_ text: String) -> SlotRule { with { $0.about = text } }

  private func with(_ change: (inout SlotRule) -> Void) -> SlotRule {
    var copy = self
    change(&copy)
    return copy
  }
}
