import Foundation

/// A value that a thread of its own works out while whoever asked for it does something else.
///
/// `@unchecked Sendable`: every access to `value` holds `condition`.
package final class Background<Value: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var value: Value?

  /// Starts the work.
  package init(_ work: @escaping @Sendable () -> Value) {
    let thread = Thread { [self] in
      let found = work()
      condition.withLock { value = found }
      condition.broadcast()
    }
    thread.name = "background"
    // Parsers of files recurse.
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// The value, once it is there.
  package func wait() -> Value {
    condition.withLock {
      while true {
        if let value { return value }
        condition.wait()
      }
    }
  }
}
