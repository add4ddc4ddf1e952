import Foundation

/// A stretch of aligned float memory with one owner; given back to its arena, or freed, at the end.
///
/// `@unchecked Sendable`: the engine is one thread, and kernels' threads run only inside its calls.
package final class Storage: @unchecked Sendable {
  /// The first float; aligned to 64 bytes.
  package let start: UnsafeMutablePointer<Float>
  /// How many floats there is room for.
  package let capacity: Int
  private weak var arena: Arena?

  /// Allocates room for `capacity` floats; their values are not defined.
  package convenience init(capacity: Int) {
    self.init(start: Storage.allocate(capacity), capacity: capacity, arena: nil)
  }

  init(start: UnsafeMutablePointer<Float>, capacity: Int, arena: Arena?) {
    self.start = start
    self.capacity = capacity
    self.arena = arena
  }

  deinit {
    if let arena {
      arena.takeBack(start, capacity: capacity)
    } else {
      free(start)
    }
  }

  /// Returns 64-byte aligned memory.
  ///
  /// Safety: the caller owns it and frees it with `free`; at least one line of 64 bytes is asked
  /// for, so that the pointer is never that of an empty block.
  static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Float> {
    precondition(capacity >= 0, "a negative capacity, \(capacity)")
    let lines = capacity / 16 + 1
    guard let memory = aligned_alloc(64, lines * 64) else {
      preconditionFailure("no memory for \(capacity) floats: the memory estimate was too low")
    }
    return memory.bindMemory(to: Float.self, capacity: lines * 16)
  }
}

/// Memory reused from one training step to the next: after the first, nothing is allocated.
///
/// `@unchecked Sendable`: used by the engine's thread alone, as ``Storage``.
package final class Arena: @unchecked Sendable {
  private var free: [Int: [UnsafeMutablePointer<Float>]] = [:]
  /// Floats allocated so far, in use or waiting: the arena's high-water mark.
  package private(set) var capacity = 0

  package init() {}

  deinit {
    for stack in free.values {
      for pointer in stack { Foundation.free(pointer) }
    }
  }

  /// Returns room for `count` floats, whose values are not defined.
  package func storage(_ count: Int) -> Storage {
    let size = Arena.sizeClass(count)
    if let pointer = free[size]?.popLast() {
      return Storage(start: pointer, capacity: size, arena: self)
    }
    capacity += size
    return Storage(start: Storage.allocate(size), capacity: size, arena: self)
  }

  func takeBack(_ start: UnsafeMutablePointer<Float>, capacity: Int) {
    free[capacity, default: []].append(start)
  }

  /// Sizes are rounded up to an eighth of their power of two, so that batches of slightly
  /// different length share memory and at most 12 % is wasted.
  static func sizeClass(_ count: Int) -> Int {
    guard count > 1024 else { return (count + 255) / 256 * 256 }
    let step = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount - 3)
    return (count + step - 1) / step * step
  }
}
