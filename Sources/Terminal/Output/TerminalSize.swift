import Foundation

/// Columns and rows of a terminal.
package struct TerminalSize: Hashable, Sendable {
  /// Characters of ordinary width in a line.
  package var columns: Int
  /// Lines on the screen.
  package var rows: Int

  /// What is taken where the terminal does not say, or there is none.
  package static let usual = TerminalSize(columns: 80, rows: 24)

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// The size of the terminal of a file descriptor, or the usual one.
  package init(descriptor: Int32) {
    var window = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0
    self = Self.usual
    guard isKnown else { return }
    columns = Int(window.ws_col)
    if window.ws_row > 0 { rows = Int(window.ws_row) }
  }
}
