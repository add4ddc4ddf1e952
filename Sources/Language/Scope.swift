import Synchronization

/// The variables of a block, and the block around it.
///
/// `do` blocks keep the scope they were written in, so a scope outlives its block.
package final class Scope: Sendable {
  private let values = Mutex<[String: Value]>([:])
  private let parent: Scope?

  init(inside parent: Scope? = nil) { self.parent = parent }

  /// Makes a variable here, or gives it a new value.
  func define(_ name: String, _ value: Value) { values.withLock { $0[name] = value } }

  /// The value of the nearest variable of this name.
  func value(of name: String) -> Value? {
    var scope: Scope? = self
    while let current = scope {
      if let value = current.values.withLock({ $0[name] }) { return value }
      scope = current.parent
    }
    return nil
  }

  /// Changes the nearest variable of this name; false when there is none.
  func assign(_ name: String, _ value: Value) -> Bool {
    var scope: Scope? = self
    while let current = scope {
      let isHere = current.values.withLock { values in
        guard values[name] != nil else { return false }
        values[name] = value
        return true
      }
      if isHere { return true }
      scope = current.parent
    }
    return false
  }

  /// Forgets the variables of this scope, and makes these.
  func replaceAll(_ variables: [(name: String, value: Value)]) {
    values.withLock { values in
      values = [:]
      for (name, value) in variables { values[name] = value }
    }
  }

  /// The variables of this scope alone, by name.
  var variables: [(name: String, value: Value)] {
    values.withLock { $0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
