/// The canonical stretches that a step is cut into, however many processes compute them.
package enum Shards {
  /// Cuts `count` sequences into `shards` consecutive ranges as equal as can be, the longer ones
  /// first; none is empty, so there are at most `count`.
  package static func ranges(count: Int, shards: Int) -> [Range<Int>] {
    let shards = max(1, min(shards, count))
    let (size, longer) = count.quotientAndRemainder(dividingBy: shards)
    return (0..<shards).map { shard in
      let start = shard * size + min(shard, longer)
      return start..<start + size + (shard < longer ? 1 : 0)
    }
  }
}
