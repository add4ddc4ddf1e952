package import Reporting

/// What the language knows of a word of the field: what it is called, and where it leads.
package struct ConceptSignature: Hashable, Sendable {
  /// Its names, in small letters with blanks between words, the usual one first.
  package let words: [String]
  /// One or two sentences: what there is, or that there is nothing, and what to do instead.
  package let about: String
  /// A line to type that does it; nil when nothing does.
  package let line: String?

  /// Declares a word of the field to the language.
  package init(_ words: [String], about: String, line: String?) {
    self.words = words
    self.about = about
    self.line = line
  }

  /// The usual name.
  package var name: String { words.first ?? "" }

  /// What to type after an error at this word: what does it, else the page that says what to do.
  package var hint: Diagnostic.Hint { .type(line ?? "help \(name)") }

  /// A name in small letters, with blanks where hyphens, points and underscores may be.
  package static func normalized(_ word: String) -> String {
    word.lowercased().split { " _-.".contains($0) }.joined(separator: " ")
  }
}
