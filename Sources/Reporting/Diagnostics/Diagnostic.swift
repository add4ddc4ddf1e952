/// What is told to the user about something wrong, or worth noticing: one problem, its place, a way on.
///
/// The texts are in the user's words: what was found and what was wanted, lower case, no blame. It is
/// thrown as the error of everything the user can run.
package struct Diagnostic: Error, Hashable, Sendable {
  /// How serious it is; the word it starts with.
  package enum Severity: String, Hashable, Sendable {
    /// Nothing, or not all, of what was asked was done.
    case error
    /// Done, but look here.
    case note
    /// A training run ended early, leaving a usable state.
    case stopped
  }

  /// A marked piece of a source with a few words about it.
  package struct Label: Hashable, Sendable {
    /// The text that the span counts in.
    package var file: SourceFile
    /// What is underlined.
    package var span: SourceSpan
    /// Shown after the carets; may be empty.
    package var text: String

    package init(_ file: SourceFile, _ span: SourceSpan, _ text: String = "") {
      self.file = file
      self.span = span
      self.text = text
    }
  }

  /// A line under the source: `try:` with something to type, `help:`, or any other word.
  package struct Hint: Hashable, Sendable {
    /// The word before the colon.
    package var label: String
    /// A line to type, or advice.
    package var text: String
    /// Words shown after the text that are not to be typed; may be empty.
    package var remark: String

    package init(_ label: String, _ text: String, remark: String = "") {
      self.label = label
      self.text = text
      self.remark = remark
    }

    /// A line that can be typed as it stands.
    package static func type(_ line: String, remark: String = "") -> Hint {
      Hint("try", line, remark: remark)
    }

    /// Advice that is not a line to type.
    package static func help(_ text: String) -> Hint { Hint("help", text) }
  }

  /// Decides the first word, and whether the run ended.
  package var severity: Severity
  /// What kind of problem it is; nil for a note that has no page.
  package var code: DiagnosticCode?
  /// One sentence, with its full stop.
  package var message: String
  /// The place that is wrong.
  package var primary: Label?
  /// A second place that explains the first.
  package var secondary: Label?
  /// What to do, in the order to try.
  package var hints: [Hint]

  /// Makes a diagnostic.
  ///
  /// - Parameters:
  ///   - severity: `error` unless said otherwise.
  ///   - code: what kind of problem it is; nil where there is no more to say than here.
  ///   - message: one sentence saying what was found and what was wanted; a full stop that it lacks
  ///     is added.
  ///   - primary: the exact place, when there is one.
  ///   - secondary: a second place.
  ///   - hints: lines the user can type.
  package init(
    _ severity: Severity = .error, code: DiagnosticCode?, _ message: String,
    at primary: Label? = nil,
    and secondary: Label? = nil, hints: [Hint] = []
  ) {
    self.severity = severity
    self.code = code
    self.message = Self.sentence(message)
    self.primary = primary
    self.secondary = secondary
    self.hints = hints
  }

  /// A message with the full stop, or question mark, that a sentence has.
  package static func sentence(_ message: String) -> String {
    message.isEmpty || message.hasSuffix(".") || message.hasSuffix("?") ? message : message + "."
  }
}
