import Foundation

/// A wish to stop, set from any thread or from a signal's reader, and asked between steps.
///
/// `@unchecked Sendable`: `requests` is only touched under the lock.
package final class StopFlag: @unchecked Sendable {
  private let lock = NSLock()
  private var requests = 0

  package init() {}

  /// Asks for a stop after the step at hand.
  package func request() { lock.withLock { requests += 1 } }

  /// Whether a stop was asked for.
  package var isRequested: Bool { lock.withLock { requests > 0 } }

  /// Forgets earlier requests: at the start of each command.
  package func clear() { lock.withLock { requests = 0 } }
}
