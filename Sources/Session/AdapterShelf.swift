package import Adapters
import Models

/// The adapters of a model by their names, and which of them are in force.
package struct AdapterShelf {
  /// An adapter with its name.
  package struct Entry {
    /// What it is called in `set adapters`.
    package let name: String
    /// The adapter, whether it is in force or not.
    package let adapter: LowRankAdapter
  }

  /// An adapter that is in force.
  package struct Share: Hashable, Sendable {
    /// What it is called.
    package let name: String
    /// What its change is multiplied by.
    package let weight: Double

    package init(name: String, weight: Double) {
      self.name = name
      self.weight = weight
    }
  }

  /// All adapters, in the order in which they came.
  package private(set) var entries: [Entry] = []
  /// Those that are in force.
  package private(set) var shares: [Share] = []
  /// What is attached: one of them, or several as one.
  package private(set) var current: LowRankAdapter?

  /// The adapter of a name.
  package func adapter(named name: String) -> LowRankAdapter? {
    entries.first { $0.name == name }?.adapter
  }

  /// A name that none has: `name`, or that with a number.
  func freeName(_ name: String) -> String {
    let names = Set(entries.map(\.name))
    var (free, number) = (name, 1)
    while names.contains(free) {
      number += 1
      free = "\(name)\(number)"
    }
    return free
  }

  /// Takes over an adapter that is attached, in force alone.
  mutating func add(_ adapter: LowRankAdapter, as name: String) {
    entries.append(Entry(name: name, adapter: adapter))
    (shares, current) = ([Share(name: name, weight: 1)], adapter)
  }

  /// Puts adapters in force, in the place of those that are; the caller knows that each name is one.
  ///
  /// - Throws: ``AdapterError/bothReplace(tensor:)``, nothing being changed.
  mutating func use(_ shares: [Share], on model: Transformer) throws(AdapterError) {
    let parts = shares.compactMap { share in
      adapter(named: share.name).map { MixedAdapter($0, weight: share.weight) }
    }
    current?.setAttached(false)
    if parts.count == 1, parts[0].weight == 1 {
      parts[0].adapter.setAttached(true)
      current = parts[0].adapter
    } else {
      do throws(AdapterError) {
        current = try LowRankAdapter(mixing: parts, on: model)
      } catch {
        current?.setAttached(true)
        throw error
      }
    }
    self.shares = shares
  }
}
