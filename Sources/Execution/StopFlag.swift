import Foundation

/// A wish to stop, set from any thread or from a signal's reader, and asked between steps.
///
/// Whoever runs long work makes one and hands it down; everything below asks the same one.
///
/// `@unchecked Sendable`: `isSet` is only touched under the lock.
package final class StopFlag: @unchecked Sendable {
  private let lock = NSLock()
  private var isSet = false

  /// Makes a flag that asks for nothing.
  package init() {}

  /// Asks for a stop after the step at hand.
  package func request() { lock.withLock { isSet = true } }

  /// Whether a stop was asked for.
  package var isRequested: Bool { lock.withLock { isSet } }

  /// Forgets earlier requests: before other work begins.
  package func clear() { lock.withLock { isSet = false } }
}
