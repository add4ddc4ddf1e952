import Session
import Synchronization

/// What commands have shown.
final class ShownOutput: Sendable {
  private let state = Mutex((hasNews: false, hasToldStop: false))

  func note(_ event: SessionEvent, isStopping: Bool) {
    state.withLock { state in
      state.hasNews = true
      if case .progressEnded(summary: .some) = event, isStopping { state.hasToldStop = true }
    }
  }

  func takeNews() -> Bool {
    state.withLock { state in
      defer { state.hasNews = false }
      return state.hasNews
    }
  }

  func takeStop() -> Bool {
    state.withLock { state in
      defer { state.hasToldStop = false }
      return state.hasToldStop
    }
  }
}
