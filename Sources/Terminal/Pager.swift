/// Shows what is longer than the screen a page at a time, by the program that PAGER names.
package struct Pager: Sendable {
  private let command: String

  /// Makes a pager for a terminal that is being typed on; elsewhere, output is written as it is.
  ///
  /// - Parameter command: what PAGER says; nil for `less`, ending by itself after a short text.
  package init(command: String?) { self.command = command ?? "less -FRX" }

  /// Shows a text if it is longer than the screen; false when it has to be written as usual.
  package func show(_ text: String, on stream: TextStream) -> Bool {
    let rows = TerminalSize(descriptor: stream.descriptor).rows
    let lineCount = text.utf8.count { $0 == 0x0A }
    guard stream.isTerminal, lineCount >= rows, command != "cat" else { return false }
    // 127: the shell found no such program.
    return ShellCommand(command: command).run([], input: text).map { $0 != 127 } ?? false
  }
}
