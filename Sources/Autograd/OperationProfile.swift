/// What an operation has to do at the very least: the ground of a roofline.
///
/// The multiply-adds of its matrix products, two operations each, and every operand read and
/// every result written once; what an algorithm computes again is not part of it.
package struct Work: Hashable, Sendable {
  /// Floating-point operations of matrix products.
  package var operations: Double
  /// Bytes that have to be read and written.
  package var bytes: Double

  /// - Parameters:
  ///   - operations: floating-point operations.
  ///   - floats: numbers of four bytes read and written.
  ///   - packedBytes: bytes of weights, whatever they are kept as, that are read.
  package init(operations: Double = 0, floats: Int = 0, packedBytes: Int = 0) {
    self.operations = operations
    bytes = 4 * Double(floats) + Double(packedBytes)
  }

  /// What both have to do, one after the other.
  package static func + (a: Work, b: Work) -> Work {
    var sum = a
    sum.operations += b.operations
    sum.bytes += b.bytes
    return sum
  }
}

/// The name of an operation, and what its two passes have to do.
package struct OperationCost {
  /// What it is called in tables, such as `up_proj` or `attention`.
  package let name: String
  /// Of the pass that computes its value.
  package let forward: Work
  /// Of the pass that computes gradients; none where nothing is trained.
  package let backward: Work

  package init(_ name: String, forward: Work, backward: Work = Work()) {
    self.name = name
    self.forward = forward
    self.backward = backward
  }
}

/// Where the time of a step goes, operation by operation.
///
/// Each operation that ends is given all the time since the one before it ended, so the parts add
/// up to the whole, and what one operation does inside another is not counted twice.
package final class OperationProfile {
  /// Which pass of an operation.
  package enum Pass: String, Sendable {
    case forward
    case backward
    /// What is neither, such as the optimizer's update.
    case update
  }

  /// All calls of one operation in one pass.
  package struct Entry: Sendable {
    /// The operation's, as ``OperationCost`` gives it.
    package let name: String
    /// The pass that the calls belong to.
    package let pass: Pass
    /// All calls together, what runs inside them included.
    package fileprivate(set) var duration: Duration = .zero
    /// What all calls had to do at the least.
    package fileprivate(set) var work = Work()
    /// How often it ran.
    package fileprivate(set) var count = 0
  }

  private struct Key: Hashable {
    let name: String
    let pass: Pass
  }

  /// In the order in which they first ended.
  package private(set) var entries: [Entry] = []
  private var places: [Key: Int] = [:]
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant

  /// Counts from now on.
  package init() { last = clock.now }

  /// Counts the time since the last call under `name`.
  package func ended(_ name: String, _ pass: Pass, _ work: Work) {
    let now = clock.now
    let key = Key(name: name, pass: pass)
    let place = places[key] ?? entries.count
    if place == entries.count {
      places[key] = place
      entries.append(Entry(name: name, pass: pass))
    }
    entries[place].duration += last.duration(to: now)
    entries[place].work = entries[place].work + work
    entries[place].count += 1
    last = now
  }
}
