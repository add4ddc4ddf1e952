import Checkpoints
import Language
import Reporting
import Session
import Synchronization

/// The commands that led to what a session is, as one hash: sessions that began empty and have the same
/// trail are the same.
final class CommandTrail: Sendable {
  /// A place on it; nil when something was in it that no text tells, such as the moment of a Ctrl-C.
  typealias Place = String?

  private let state = Mutex(State())

  private struct State {
    var place: Place = ""
    var heard: [SessionEvent]?
    /// Of files that were read, by what tells them from others.
    var hashes: [String: String] = [:]
  }

  /// Where the session is.
  var place: Place { state.withLock { $0.place } }

  /// Goes back to where the session was.
  func goBack(to place: Place) { state.withLock { $0.place = place } }

  /// Takes up what was done, in order.
  func add(_ facts: [String]) {
    state.withLock { state in
      state.place = state.place.map { place in
        ContentHash.of(Array(([place] + facts).joined(separator: "\n").utf8))
      }
    }
  }

  /// Loses it, until the session goes back.
  func lose() { goBack(to: nil) }

  /// The hashes of files that were read, each computed once.
  func hashes(of inputs: [InputFile]) -> [String] {
    inputs.map { input in
      if let known = state.withLock({ $0.hashes[input.identity] }) { return known }
      // Of one that has changed since it was read nothing can be said.
      let hash = input.sha256 ?? input.identity
      state.withLock { $0.hashes[input.identity] = hash }
      return hash
    }
  }

  // MARK: What a command shows

  /// Notes what is shown from now on.
  func listen() { state.withLock { $0.heard = [] } }

  /// Takes part in what is shown.
  func note(_ event: SessionEvent) { state.withLock { $0.heard?.append(event) } }

  /// What was shown since ``listen()``.
  func heard() -> [SessionEvent] {
    state.withLock { state in
      defer { state.heard = nil }
      return state.heard ?? []
    }
  }
}

extension Call {
  /// What tells it from other calls at the same place.
  var facts: [String] {
    var facts = [signature.name, file.text(of: span)]
    for slot in slots {
      switch slot.value {
      case .value(let value): facts.append("\(slot.name)=\(value.source)")
      case .settings(let changes):
        facts += changes.map { "\($0.name)=\($0.value.source)" }
      case .weights(let weights): facts += weights.map { "\($0.name)=\($0.value)" }
      case .ratio(let parts): facts.append("\(parts)")
      case .condition(let condition): facts.append("\(condition)")
      // The commands of a block are on the trail themselves.
      case .word, .block: break
      // It may name variables, which are not.
      case .row(let expression): facts.append(expression.surroundings)
      }
    }
    return facts
  }
}
