import Foundation

/// Work in parts that know nothing of each other.
package enum ParallelWork {
  /// Does each part once, on some threads, and returns the results in the order of the parts.
  ///
  /// Threads take the next part when they are done with one, as parts may take more or less time.
  ///
  /// - Parameters:
  ///   - count: how many parts there are.
  ///   - threads: on how many threads, the caller's included.
  ///   - body: does a part, from 0 on.
  /// - Returns: `count` results.
  package static func map<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    guard threads > 1, count > 1 else { return (0..<count).map(body) }
    let parts = Parts<Result>(count)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while let index = parts.next() { parts.finish(index, body(index)) }
    }
    return parts.inOrder
  }
}

/// Parts that threads take one after the other.
///
/// `@unchecked Sendable`: both are only touched under the lock.
private final class Parts<Result: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var taken = 0
  private var results: [Result?]

  init(_ count: Int) { results = Array(repeating: nil, count: count) }

  func next() -> Int? {
    lock.withLock {
      guard taken < results.count else { return nil }
      defer { taken += 1 }
      return taken
    }
  }

  func finish(_ index: Int, _ result: Result) { lock.withLock { results[index] = result } }

  var inOrder: [Result] { lock.withLock { results.compactMap(\.self) } }
}
