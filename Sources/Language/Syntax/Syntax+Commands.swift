package import Reporting

/// A command as written: which pattern it fits, and what stands in its slots.
package struct CommandSyntax: Hashable, Sendable {
  /// A filled slot.
  package struct Slot: Hashable, Sendable {
    /// The name that the pattern gives it.
    package let name: String
    /// What kind the pattern asks for.
    package let kind: SlotKind
    /// What was written, not yet evaluated.
    package let form: SlotForm
    /// Where it stands in the line.
    package let span: SourceSpan
  }

  /// The first word, with its place.
  package let verb: Name
  /// Index in ``CommandTable/signatures`` of the declaration.
  package let signature: Int
  /// Index of the pattern in the signature.
  package let pattern: Int
  /// The slots that were filled, in the order of the line.
  package let slots: [Slot]
  /// The literal words used, in order, with the verb's own.
  package let words: [String]
}

/// What may stand in a slot, by its kind.
package indirect enum SlotForm: Hashable, Sendable {
  /// A name taken as it stands: a model, data, a new name, a choice.
  case word(String)
  case expression(Expression)
  /// `90/10`, or `80/10/10`.
  case ratio([Double])
  case settings([SettingSyntax])
  /// Names with numbers.
  case weights([SettingSyntax])
  case condition(ConditionSyntax)
  case block(Block)
}

/// When a training that runs `until` something ends.
package indirect enum ConditionSyntax: Hashable, Sendable {
  /// `dev.loss stalls for 2`: no improvement in this many evaluations.
  case stalls(metric: Name, checks: Int)
  /// `dev.loss < 1.5`.
  case comparison(metric: Name, Operator, Expression)
  /// `10min`.
  case elapsed(Expression)
}
