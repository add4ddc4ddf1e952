package import Reporting

/// What a typed text is when the Enter key is pressed.
package enum Entry: Hashable, Sendable {
  /// It can run.
  case complete
  /// A bracket, a block or a text is open, or the line ends in a comma or an operator.
  case incomplete
  /// It cannot run, whatever follows.
  case invalid([Diagnostic])

  /// Classifies a text.
  ///
  /// - Parameters:
  ///   - text: all lines typed so far.
  ///   - commands: the commands it may use.
  ///   - cell: the number of the cell the text would become, for the places in diagnostics.
  /// - Returns: what to do at the Enter key: run it, ask for another line, or show what is wrong.
  package static func classify(text: String, commands: CommandTable, cell: Int = 1) -> Entry {
    let parse = Parse(SourceFile(.cell(cell), text), commands: commands)
    if parse.isIncomplete { return .incomplete }
    return parse.diagnostics.isEmpty ? .complete : .invalid(parse.diagnostics)
  }
}
