import Foundation
import Synchronization

/// Requests that wait for their turn.
final class RequestQueue: Sendable {
  private let waiting = Mutex<(requests: [KernelCall], isOver: Bool)>(([], false))
  private let news = DispatchSemaphore(value: 0)

  /// Adds a request after all others.
  func add(_ call: KernelCall) {
    waiting.withLock { $0.requests.append(call) }
    news.signal()
  }

  /// Waits for the next request; nil after the end.
  func next() -> KernelCall? {
    while true {
      news.wait()
      let (request, isOver) = waiting.withLock { state in
        (state.isOver || state.requests.isEmpty ? nil : state.requests.removeFirst(), state.isOver)
      }
      if let request { return request }
      if isOver { return nil }
    }
  }

  /// Takes out all requests of a type that wait now.
  func takeAll(_ type: RequestType) -> [KernelCall] {
    waiting.withLock { state in
      let found = state.requests.filter { $0.type == type }
      state.requests.removeAll { $0.type == type }
      return found
    }
  }

  /// Gives no more requests.
  func end() {
    waiting.withLock { $0.isOver = true }
    news.signal()
  }
}
