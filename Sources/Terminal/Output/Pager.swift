/// Shows what is longer than the screen a page at a time, by the program that PAGER names.
package struct Pager: Sendable {
  private let command: String

  /// Makes a pager for a terminal that is being typed on; elsewhere, output is written as it is.
  ///
  /// - Parameter command: what PAGER says; nil for `less`, ending by itself after a short text, with
  ///   a last line that tells how to go on and how to leave.
  package init(command: String?) { self.command = command ?? Self.less }

  /// Of a prompt of `less`, `%lb` is the last line shown, and a bare point or colon means something.
  private static let less =
    "less -FRX '-PsSpace goes on, q leaves (line %lb)' '-PmSpace goes on, q leaves (line %lb)'"

  /// Shows a text if it is longer than the screen; false when it has to be written as usual.
  package func show(_ text: String, on stream: TextStream) -> Bool {
    let rows = TerminalSize(descriptor: stream.descriptor).rows
    let lineCount = text.utf8.count { $0 == 0x0A }
    guard stream.isTerminal, lineCount >= rows, command != "cat" else { return false }
    // 127: the shell found no such program.
    return ShellCommand(command: command).run([], input: text).map { $0 != 127 } ?? false
  }
}
