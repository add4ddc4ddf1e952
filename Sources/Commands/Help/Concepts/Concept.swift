import Language
import Reporting

/// A word of the field and where it leads: what `ft` has under it, or that it has nothing, and what to
/// do instead.
///
/// One line declares it; `help`, `?word`, completion, errors and the reference follow from there.
package struct Concept: Sendable {
  /// Its names, in small letters, the usual one first.
  package let words: [String]
  /// One or two sentences.
  package let about: String
  /// Lines to type, the first being what most people want.
  package let lines: [String]
  /// Whether `ft` has it.
  package let isThere: Bool

  /// Declares a word for something that there is.
  ///
  /// - Parameters:
  ///   - words: its names, with commas between them.
  ///   - about: one or two sentences.
  ///   - lines: lines to type.
  init(_ words: String, _ about: String, _ lines: String...) {
    self.init(words, about, lines, isThere: true)
  }

  /// Declares a word for something that there is not; `about` says what to do instead.
  static func missing(_ words: String, _ about: String, _ lines: String...) -> Concept {
    Concept(words, about, lines, isThere: false)
  }

  private init(_ words: String, _ about: String, _ lines: [String], isThere: Bool) {
    self.words = words.split(separator: ",").map { ConceptSignature.normalized(String($0)) }
    self.about = about
    self.lines = lines
    self.isThere = isThere
  }

  /// All of them.
  package static let all = data + training + models + measuring + using + programs

  /// The usual name.
  package var name: String { words.first ?? "" }

  /// The page that `help` shows.
  var page: String {
    let title = isThere ? "\(name): \(about)" : "\(name) (not in ft): \(about)"
    let others = words.count > 1 ? "Also: \(words.dropFirst().joined(separator: ", "))." : ""
    let parts = [title, lines.map { "  " + $0 }.joined(separator: "\n"), others]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// What the language is told: of what is not there, no line, as none would do what was meant.
  var signature: ConceptSignature {
    ConceptSignature(words, about: about, line: isThere ? lines.first : nil)
  }

  /// The concept of a topic of help.
  static func named(_ topic: String) -> Concept? {
    guard let found = CommandList.table.concept(of: topic) else { return nil }
    return all.first { $0.words == found.words }
  }
}
