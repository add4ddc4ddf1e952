/// Rows put so that those that are computed together stand next to each other.
package struct RowGroups {
  /// The rows' places, group after group.
  package private(set) var order: [Int] = []
  /// How many rows each group has.
  package private(set) var counts: [Int] = []
  /// Tokens that each group computes.
  package private(set) var sizes: [Int] = []

  /// Groups rows by what they begin with; where nothing is shared each row is a group.
  package init(_ examples: some Collection<EncodedExample>, sharing: Bool) {
    guard sharing else {
      order = Array(0..<examples.count)
      counts = [Int](repeating: 1, count: examples.count)
      sizes = examples.map(\.computedCount)
      return
    }
    var index = PrefixIndex()
    var members: [[Int]] = []
    for (row, example) in examples.enumerated() {
      let place = index.place(example, from: 0)
      if place.group == members.count {
        members.append([])
        sizes.append(0)
      }
      members[place.group].append(row)
      sizes[place.group] += example.computedCount - place.known.count
    }
    order = members.flatMap(\.self)
    counts = members.map(\.count)
  }

  /// Tokens that all groups compute.
  package var size: Int { sizes.reduce(0, +) }

  /// Groups that are computed together.
  package struct MicroBatch {
    /// The places of its rows in ``RowGroups/order``.
    package let rows: Range<Int>
    /// Tokens that they compute.
    package let size: Int
  }

  /// Cuts the groups into micro-batches.
  package func microBatches(budget: Int) -> [MicroBatch] {
    var start = 0
    return MicroBatches.ranges(lengths: sizes, budget: budget).map { range in
      let count = counts[range].reduce(0, +)
      defer { start += count }
      return MicroBatch(rows: start..<start + count, size: sizes[range].reduce(0, +))
    }
  }

  /// Puts what belongs to the rows as they are grouped back into the rows' order.
  package func ungrouped<Element>(_ grouped: [Element]) -> [Element] {
    zip(order, grouped).sorted { $0.0 < $1.0 }.map(\.1)
  }
}
