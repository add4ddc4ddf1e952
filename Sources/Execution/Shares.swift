import Synchronization

/// Values worked out by several threads, each taking the next that nobody has begun.
package enum Shares {
  /// Works out `body` of each number below `count`.
  ///
  /// - Parameters:
  ///   - count: how many values there are.
  ///   - threads: how many threads work at most, the caller's included.
  ///   - body: what works one out; it is called on several threads at once.
  /// - Returns: the values in order, whichever thread worked them out.
  package static func map<Value: Sendable>(
    _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Value
  ) -> [Value] {
    let next = NextShare(count)
    let work: @Sendable () -> [(Int, Value)] = {
      var done: [(Int, Value)] = []
      while let share = next.take() { done.append((share, body(share))) }
      return done
    }
    let others = (1..<max(1, min(threads, count))).map { _ in Background(work) }
    let parts = work() + others.flatMap { $0.wait() }
    return parts.sorted { $0.0 < $1.0 }.map(\.1)
  }
}

/// Hands out the numbers below `count`, each once.
private final class NextShare: Sendable {
  private let count: Int
  private let taken = Mutex(0)

  init(_ count: Int) { self.count = count }

  func take() -> Int? {
    taken.withLock { taken in
      guard taken < count else { return nil }
      defer { taken += 1 }
      return taken
    }
  }
}
