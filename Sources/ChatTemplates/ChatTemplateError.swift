/// Why a chat template could not be read, or did not turn a conversation into text.
package struct ChatTemplateError: Error, Hashable, Sendable {
  /// What went wrong.
  package enum Fault: Hashable, Sendable {
    /// The template is malformed.
    case syntax(expected: String, found: String)
    /// A statement, filter, test, function or method that is not part of what is supported.
    case unsupported(kind: String, name: String)
    /// The template itself refused the conversation, with this text.
    case raised(String)
    /// A name that stands for nothing was used.
    case undefined(String)
    /// A value of the wrong kind for what is done with it.
    case wrongKind(operation: String, found: String)
    /// A limit that keeps a hostile template from running away.
    case limit(String)
  }

  /// What went wrong, for those who tell a refusal from a mistake.
  package let fault: Fault
  /// The line of the template, from 1.
  package let line: Int

  /// What was found and what was wanted, as one sentence with the line.
  package var message: String {
    let what =
      switch fault {
      case .syntax(let expected, let found): "expected \(expected), found \(found)"
      case .unsupported(let kind, let name): "the \(kind) `\(name)` is not supported"
      case .raised(let text): "the template refuses this conversation: \(text)"
      case .undefined(let name): "`\(name)` is used but not defined"
      case .wrongKind(let operation, let found): "\(operation) does not work with \(found)"
      case .limit(let name): "the template exceeds \(name)"
      }
    return "chat template, line \(line): \(what)"
  }
}
