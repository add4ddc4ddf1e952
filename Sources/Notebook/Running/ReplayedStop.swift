import Synchronization

/// The stop that a notebook records of the cell that is running.
final class ReplayedStop: Sendable {
  private let state = Mutex((lines: Int?.none, hasStopped: false))

  /// Has the cell stopped when it has given this many lines.
  func wait(for lines: Int?) { state.withLock { $0 = (lines, false) } }

  /// Whether this many lines are enough; from then on no more are waited for.
  func isDue(_ lineCount: () -> Int) -> Bool {
    guard let wanted = state.withLock({ $0.lines }), lineCount() >= wanted else { return false }
    state.withLock { $0 = (nil, true) }
    return true
  }

  /// Whether the cell was stopped so.
  var hasStopped: Bool { state.withLock { $0.hasStopped } }
}
