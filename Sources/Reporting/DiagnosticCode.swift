/// The name of a kind of diagnostic: a family letter and three digits, as `L102`; never used twice.
///
/// Families: `L` language, `D` data, `M` model files, `N` notebooks, `S` settings, `T` training,
/// `R` runs and resources, `X` export, `H` server. Every code in use has an entry, which `help L102`
/// prints; a new one is a line in the family's file.
package struct DiagnosticCode: Hashable, Sendable, ExpressibleByStringLiteral {
  /// As it is printed: `L102`.
  package let id: String

  package init(_ id: String) { self.id = id }

  package init(stringLiteral value: String) { id = value }

  /// What `help` says about a code.
  package struct Entry: Hashable, Sendable {
    /// The code that the page is about.
    package let code: DiagnosticCode
    /// A few words for a list.
    package let title: String
    /// One paragraph: what happened, why it is refused, what to do.
    package let explanation: String

    package init(_ code: DiagnosticCode, _ title: String, _ explanation: String) {
      self.code = code
      self.title = title
      self.explanation = explanation
    }
  }

  /// Every code, by family, then number.
  package static let all: [Entry] =
    data + language + scriptTexts + models + notebooks + runs + scriptRuns + notebookFiles
    + settings
    + training

  /// The entry of this code; nil when there is no such code.
  package var entry: Entry? { Self.all.first { $0.code == self } }
}
