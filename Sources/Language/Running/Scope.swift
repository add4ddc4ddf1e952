import Synchronization

/// The variables of a block, and the block around it.
///
/// `do` blocks keep the scope they were written in, so a scope outlives its block.
package final class Scope: Sendable {
  /// What the lock keeps.
  private struct State {
    var values: [String: Value] = [:]
    var rooms: [GrowthRoom] = []
  }

  private let state = Mutex(State())
  private let parent: Scope?

  init(inside parent: Scope? = nil) { self.parent = parent }

  /// Makes a variable here, or gives it a new value.
  func define(_ name: String, _ value: Value) {
    state.withLock { state in
      state.values[name] = value
      if !state.rooms.isEmpty { state.rooms.removeAll { $0.name == name } }
    }
  }

  /// The value of the nearest variable of this name.
  func value(of name: String) -> Value? {
    var scope: Scope? = self
    while let current = scope {
      if let value = current.state.withLock({ $0.values[name] }) { return value }
      scope = current.parent
    }
    return nil
  }

  /// Whether there is a variable of this name, here or around.
  func has(_ name: String) -> Bool {
    var scope: Scope? = self
    while let current = scope {
      if current.state.withLock({ $0.values[name] != nil }) { return true }
      scope = current.parent
    }
    return false
  }

  /// Gives the nearest variable of this name a new value; false when there is none.
  func assign(_ name: String, _ value: Value) -> Bool {
    change(name) { variable, rooms in
      variable = value
      if !rooms.isEmpty { rooms.removeAll { $0.name == name } }
    }
  }

  /// Changes the nearest variable of this name where it lies; false when there is none.
  ///
  /// While `body` runs the scope holds nothing else of the value: a list or record that no other
  /// variable shares is changed in place, not copied. `body` must not use a scope.
  func change<Failure: Error>(
    _ name: String, _ body: (inout Value, inout [GrowthRoom]) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    var scope: Scope? = self
    while let current = scope {
      let isHere = try current.state.withLock { state throws(Failure) in
        guard let index = state.values.index(forKey: name) else { return false }
        var value = Value.null
        swap(&state.values.values[index], &value)
        defer { swap(&state.values.values[index], &value) }
        try body(&value, &state.rooms)
        return true
      }
      if isHere { return true }
      scope = current.parent
    }
    return false
  }

  /// Forgets the variables of this scope, and makes these.
  func replaceAll(_ variables: [(name: String, value: Value)]) {
    state.withLock { state in
      state = State()
      for (name, value) in variables { state.values[name] = value }
    }
  }

  /// All variables here and around, the nearest first, with their values; of procedures what they do.
  ///
  /// Without `it`, the last value.
  var visible: String {
    var lines: [String] = []
    var scope: Scope? = self
    while let current = scope {
      for (name, value) in current.variables where name != "it" {
        if case .closure(let closure) = value {
          lines.append("\(name): \(closure.source)")
        } else {
          lines.append("\(name)=\(value.source)")
        }
      }
      scope = current.parent
    }
    return lines.joined(separator: "\n")
  }

  /// The variables of this scope alone, by name.
  var variables: [(name: String, value: Value)] {
    state.withLock { $0.values }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
