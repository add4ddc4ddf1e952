import Foundation
import Synchronization

/// The whole screen of a terminal, drawn again and again, and given back as it was.
///
/// What fails to be written is left out: work does not stop for it.
package final class FullScreen: Sendable {
  private let stream: TextStream
  private let askSize: @Sendable () -> TerminalSize
  private let state = Mutex(State())

  private struct State {
    var isOpen = false
    var size: TerminalSize?
  }

  /// Fewer columns or rows show nothing worth looking at.
  private static let least = TerminalSize(columns: 40, rows: 12)

  /// Makes a screen that is not taken yet.
  ///
  /// - Parameters:
  ///   - stream: the terminal.
  ///   - size: asked at each drawing, as windows change; by default, the stream's terminal's.
  package init(stream: TextStream, size: (@Sendable () -> TerminalSize)? = nil) {
    let descriptor = stream.descriptor
    self.stream = stream
    askSize = size ?? { TerminalSize(descriptor: descriptor) }
  }

  /// Its size now.
  package var size: TerminalSize { askSize() }

  /// Takes the screen; false when it is too small.
  package func open() -> Bool {
    guard size.columns >= Self.least.columns, size.rows >= Self.least.rows else { return false }
    state.withLock { state in
      guard !state.isOpen else { return }
      state = State(isOpen: true)
      // A shell would have to live on it.
      signal(SIGTSTP, SIG_IGN)
      try? stream.write(ANSI.otherScreen)
    }
    return true
  }

  /// Draws lines from the top; what does not fit is cut.
  package func draw(_ lines: [String]) {
    state.withLock { state in
      guard state.isOpen else { return }
      let size = size
      // A terminal of another size has moved what was there.
      var text = state.size == size ? ANSI.home : ANSI.home + ANSI.wipeBelow
      state.size = size
      let shown = lines.prefix(size.rows)
      text += shown.map { $0 + ANSI.wipeRest }.joined(separator: "\r\n")
      if shown.count < size.rows { text += ANSI.wipeBelow }
      try? stream.write(text)
    }
  }

  /// Gives the screen back.
  package func close() {
    state.withLock { state in
      guard state.isOpen else { return }
      state.isOpen = false
      try? stream.write(ANSI.ownScreen)
      signal(SIGTSTP, SIG_DFL)
    }
  }
}
