import Dispatch
import Synchronization

/// Work of the session, waited for by a thread that has nothing else to do.
enum Blocking {
  /// Runs `work` and blocks this thread until it is done.
  static func wait<Result: Sendable>(for work: @escaping @Sendable () async -> Result) -> Result {
    let end = DispatchSemaphore(value: 0)
    let box = Box<Result>()
    Task.detached {
      let result = await work()
      box.content.withLock { $0 = result }
      end.signal()
    }
    while true {
      end.wait()
      if let result = box.content.withLock({ $0 }) { return result }
    }
  }

  private final class Box<Value: Sendable>: Sendable {
    let content = Mutex<Value?>(nil)
  }
}
