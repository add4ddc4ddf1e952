/// The words that lead through a lesson, typed by themselves at its prompt.
package enum LessonWord: String, CaseIterable, Sendable {
  case hint, again, back, skip
  case whereabouts = "where"
  case leave

  /// What it does, for lists of words.
  package var summary: String {
    switch self {
    case .hint: "one more hint"
    case .again: "this step from its start"
    case .back: "the step before"
    case .skip: "does this step and shows how"
    case .whereabouts: "how far you are"
    case .leave: "out of the lesson, which keeps your place"
    }
  }

  /// The word that an entry is; nil for any other entry.
  ///
  /// `skip()` and `Skip` are what people type who know other courses.
  package init?(typed text: String) {
    let letters = text.filter { !$0.isWhitespace }.lowercased()
    self.init(rawValue: letters.hasSuffix("()") ? String(letters.dropLast(2)) : letters)
  }
}
