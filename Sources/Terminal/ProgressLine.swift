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
    /// The columns of the line that is shown; nil when none is.
    var shown: Int?
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
        let columns = columns()
        let line = ProgressText(theme: theme, width: max(1, columns - 1)).line(snapshot)
        try? stream.write(restart(state.shown, in: columns) + line.text)
        state.shown = line.columns
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
      if state.shown != nil { try? stream.write(restart(state.shown, in: columns())) }
      state.shown = nil
      state.nextTime = -Double.infinity
    }
  }

  /// Ends with a summary in the line's place.
  package func finish(_ summary: String) {
    clear()
    try? stream.write(VisibleText.of(summary) + "\n")
  }

  /// Wipes a line that was `shown` columns long: a terminal made narrower has broken it into rows.
  private func restart(_ shown: Int?, in columns: Int) -> String {
    let rowsAbove = max(0, (shown ?? 0) - 1) / max(1, columns)
    return rowsAbove == 0 ? ANSI.restartLine : ANSI.restartRows(rowsAbove)
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
