/// A kind of diagnostic: its name, which is never used twice, and the page that `help L102` prints.
///
/// Families: `L` language, `D` data, `M` model files, `N` notebooks, `S` settings, `T` training,
/// `R` runs and resources. A code is a static property beside the errors that have it, and a name in
/// its module's list (`DiagnosticCode.ofLanguage`); the program puts the lists together.
package struct DiagnosticCode: Sendable {
  /// A family letter and three digits, as `L102`.
  package let id: String
  /// A few words for a list.
  package let title: String
  /// One paragraph: what happened, why it is refused, what to do.
  package let explanation: String

  /// Declares a code.
  package init(_ id: String, _ title: String, _ explanation: String) {
    self.id = id
    self.title = title
    self.explanation = explanation
  }
}

/// Codes are told apart by their names alone.
extension DiagnosticCode: Hashable {
  package static func == (one: DiagnosticCode, other: DiagnosticCode) -> Bool {
    one.id == other.id
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
