package import Language
package import Reporting
package import Session

/// What happens while cells and scripts run, in order; each front end shows it in its own way.
package enum RunEvent: Sendable {
  /// A cell begins: the prompt's number, or the place of a statement in its script, from 1.
  case cell(Int)
  /// A line of `print`, without its line end.
  case printed(String)
  /// Reports, progress and generated text of a command.
  case shown(SessionEvent)
  /// A command ended well.
  case result(CommandResult)
  /// What a cell gave that nothing has shown yet.
  case value(Value)
  /// An error, or a note.
  case problem(Diagnostic)
}

/// What a command gave, and where it stands.
package struct CommandResult: Sendable {
  /// The command's full name, as `save model`.
  package let command: String
  /// Its value; null for a command that gives none.
  package let value: Value
  /// The script or cell that has the command.
  package let file: SourceFile
  /// The line it begins on, from 1.
  package let line: Int
}
