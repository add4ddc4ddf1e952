/// A stretch of aligned float memory with one owner; given back to its arena, or freed, at the end.
///
/// `@unchecked Sendable`: the engine is one thread, and kernels' threads run only inside its calls.
package final class Storage: @unchecked Sendable {
  /// The first float; aligned to 64 bytes.
  package let start: UnsafeMutablePointer<Float>
  /// How many floats there is room for.
  package let capacity: Int
  private let owner: Owner

  /// Where the memory came from, and goes back to.
  private enum Owner {
    case system(SystemMemory)
    case arena(Arena)
  }

  /// Allocates room for `capacity` floats; their values are not defined.
  package init(capacity: Int) {
    precondition(capacity >= 0, "a negative capacity, \(capacity)")
    guard let memory = SystemMemory(byteCount: capacity * 4) else {
      endForLackOfMemory(byteCount: capacity * 4)
    }
    start = memory.floats
    self.capacity = capacity
    owner = .system(memory)
  }

  init(start: UnsafeMutablePointer<Float>, capacity: Int, arena: Arena) {
    self.start = start
    self.capacity = capacity
    owner = .arena(arena)
  }

  /// Whether the memory is fresh from the system, and so holds zeros only.
  var isFreshlyZero: Bool {
    if case .system(let memory) = owner { memory.isMapped } else { false }
  }

  deinit {
    switch owner {
    case .system(let memory): memory.release()
    case .arena(let arena): arena.takeBack(start, capacity)
    }
  }
}
