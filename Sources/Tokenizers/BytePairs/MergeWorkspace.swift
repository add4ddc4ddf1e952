/// Merges the symbols of one word; keeps its memory from one word to the next.
struct MergeWorkspace {
  /// Above this many symbols a heap finds the next merge; below, reading them all is quicker.
  private static let scanLimit = 48
  /// The rank of a pair that never merges.
  private static let never = UInt32.max
  /// The next symbol after the last, and the one before the first.
  private static let end = UInt32.max

  private var tokens: [Int32] = []
  private var ranks: [UInt32] = []
  private var products: [Int32] = []
  private var previous: [UInt32] = []
  private var next: [UInt32] = []
  /// Rank in the upper half, position in the lower: the smallest is the merge to do.
  private var heap = MinimumHeap()

  /// Returns what is left of `symbols` when no pair of neighbours has a merge.
  ///
  /// The lowest rank goes first, of equal ones the leftmost.
  mutating func merge(
    _ symbols: [Int32], by merges: [UInt64: BytePairEncoding.Merge]
  ) -> ArraySlice<Int32> {
    guard symbols.count > 1 else { return symbols[...] }
    precondition(symbols.count < Int(UInt32.max), "a word of \(symbols.count) symbols")
    tokens = symbols
    if symbols.count <= Self.scanLimit { return mergeByScanning(merges) }
    mergeByHeap(merges)
    tokens.removeAll { $0 < 0 }
    return tokens[...]
  }

  /// Returns what is left as ``merge(_:by:)`` does, each with the place of its first symbol.
  mutating func tracedMerge(
    _ symbols: [Int32], by merges: [UInt64: BytePairEncoding.Merge]
  ) -> [(token: Int32, first: Int)] {
    guard symbols.count > 1 else { return symbols.map { ($0, 0) } }
    tokens = symbols
    mergeByHeap(merges)
    return tokens.enumerated().filter { $0.element >= 0 }.map { ($0.element, $0.offset) }
  }

  private mutating func mergeByScanning(
    _ merges: [UInt64: BytePairEncoding.Merge]
  ) -> ArraySlice<Int32> {
    ranks.removeAll(keepingCapacity: true)
    products.removeAll(keepingCapacity: true)
    for index in 0..<tokens.count {
      ranks.append(Self.never)
      products.append(0)
      if index + 1 < tokens.count { rate(index, merges) }
    }
    while true {
      var best = Self.never
      var place = 0
      for index in 0..<ranks.count where ranks[index] < best {
        best = ranks[index]
        place = index
      }
      guard best != Self.never else { return tokens[...] }
      tokens[place] = products[place]
      tokens.remove(at: place + 1)
      ranks.remove(at: place + 1)
      products.remove(at: place + 1)
      rate(place, merges)
      if place > 0 { rate(place - 1, merges) }
    }
  }

  /// Looks up the merge of the symbol at `index` with the one after it.
  private mutating func rate(_ index: Int, _ merges: [UInt64: BytePairEncoding.Merge]) {
    ranks[index] = Self.never
    guard index + 1 < tokens.count,
      let merge = merges[BytePairEncoding.pair(tokens[index], tokens[index + 1])]
    else { return }
    ranks[index] = merge.rank
    products[index] = merge.token
  }

  /// Takes merges from a heap; a symbol merged away is marked by -1 and unlinked.
  private mutating func mergeByHeap(_ merges: [UInt64: BytePairEncoding.Merge]) {
    let count = UInt32(tokens.count)
    previous = [Self.end] + (0..<count - 1)
    next = (1..<count) + [Self.end]
    heap.removeAll()
    for position in 0..<count - 1 { push(position, merges) }
    while let item = heap.pop() {
      let position = UInt32(truncatingIfNeeded: item)
      let follower = next[Int(position)]
      // The item is stale when a neighbour has changed since it was pushed.
      guard tokens[Int(position)] >= 0, follower != Self.end,
        let merge = merges[BytePairEncoding.pair(tokens[Int(position)], tokens[Int(follower)])],
        merge.rank == UInt32(truncatingIfNeeded: item >> 32)
      else { continue }
      tokens[Int(position)] = merge.token
      tokens[Int(follower)] = -1
      next[Int(position)] = next[Int(follower)]
      if next[Int(position)] != Self.end { previous[Int(next[Int(position)])] = position }
      push(position, merges)
      if previous[Int(position)] != Self.end { push(previous[Int(position)], merges) }
    }
  }

  private mutating func push(_ position: UInt32, _ merges: [UInt64: BytePairEncoding.Merge]) {
    let follower = next[Int(position)]
    guard follower != Self.end,
      let merge = merges[BytePairEncoding.pair(tokens[Int(position)], tokens[Int(follower)])]
    else { return }
    heap.push(UInt64(merge.rank) << 32 | UInt64(position))
  }
}

/// A binary heap whose least element is on top.
struct MinimumHeap {
  private var items: [UInt64] = []

  mutating func removeAll() { items.removeAll(keepingCapacity: true) }

  mutating func push(_ item: UInt64) {
    items.append(item)
    var child = items.count - 1
    while child > 0, items[(child - 1) / 2] > item {
      items[child] = items[(child - 1) / 2]
      child = (child - 1) / 2
    }
    items[child] = item
  }

  mutating func pop() -> UInt64? {
    guard let top = items.first, let item = items.popLast() else { return nil }
    guard !items.isEmpty else { return top }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < items.count else { break }
      if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
      guard items[child] < item else { break }
      items[parent] = items[child]
      parent = child
    }
    items[parent] = item
    return top
  }
}
