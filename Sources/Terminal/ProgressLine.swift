import Foundation
import Synchronization

/// One line that shows how far long work is.
///
/// On a terminal it is drawn again in place; elsewhere a plain line comes now and then. Lines that
/// fail to be written are left out: work does not stop for them.
package final class ProgressLine: Sendable {
  /// When the line changes: often enough to look alive, seldom enough to cost nothing.
  private static let redrawSeconds = 0.1

  private let stream: TextStream
  private let theme: Theme
  private let plainSeconds: Double
  private let columns: @Sendable () -> Int
  private let now: @Sendable () -> Double
  private let state = Mutex(State())

  private struct State {
    var isShown = false
    var nextTime = -Double.infinity
  }

  /// Makes a line that shows nothing yet.
  ///
  /// - Parameters:
  ///   - stream: Standard error, as a rule.
  ///   - theme: Where it forbids redrawing, plain lines are written.
  ///   - plainSeconds: The least time between two plain lines.
  ///   - columns: Asked at each redraw, as windows change; by default, the stream's terminal's.
  ///   - now: A clock in seconds; by default, one that only goes forward.
  package init(
    stream: TextStream, theme: Theme, plainSeconds: Double = 10,
    columns: (@Sendable () -> Int)? = nil, now: (@Sendable () -> Double)? = nil
  ) {
    let descriptor = stream.descriptor
    self.stream = stream
    self.theme = theme
    self.plainSeconds = plainSeconds
    self.columns = columns ?? { TerminalSize(descriptor: descriptor).columns }
    self.now = now ?? { ProcessInfo.processInfo.systemUptime }
  }

  /// Shows a snapshot, unless the last one has been shown for too short a time.
  package func update(_ snapshot: ProgressSnapshot) {
    let time = now()
    state.withLock { state in
      guard time >= state.nextTime else { return }
      if theme.allowsRedraw {
        // The last column stays free: some terminals wrap as soon as it is written.
        let line = ProgressText(theme: theme, width: max(1, columns() - 1)).line(snapshot)
        try? stream.write(ANSI.restartLine + line)
        state.isShown = true
        state.nextTime = time + Self.redrawSeconds
      } else {
        try? stream.write(plainLine(snapshot))
        state.nextTime = time + plainSeconds
      }
    }
  }

  /// Wipes the line, so that something else can be written; the next update draws it again.
  package func clear() {
    state.withLock { state in
      if state.isShown { try? stream.write(ANSI.restartLine) }
      state.isShown = false
      state.nextTime = -Double.infinity
    }
  }

  /// Ends with a summary in the line's place.
  package func finish(_ summary: String) {
    clear()
    try? stream.write(VisibleText.of(summary) + "\n")
  }

  /// For files and pipes: no bar, no curves, no limit of width, ASCII alone.
  private func plainLine(_ snapshot: ProgressSnapshot) -> String {
    var parts = [snapshot.title]
    if let fraction = snapshot.fraction, fraction.isFinite {
      parts[0] += " \(Int(min(1, max(0, fraction)) * 100))%"
    }
    parts += snapshot.measures.map { measure in
      [measure.name, measure.value].filter { !$0.isEmpty }.joined(separator: " ")
    }
    if let left = snapshot.secondsLeft { parts.append("\(ProgressText.clock(left)) left") }
    return VisibleText.of(parts.joined(separator: ", ")) + "\n"
  }
}
