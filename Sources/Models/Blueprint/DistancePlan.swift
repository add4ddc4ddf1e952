import Mathematics

/// Learned numbers that attention adds to scores by how far a key lies after the query: one a head and
/// bucket of distances, small distances having a bucket each, large ones sharing wider and wider ones.
///
/// Source: Raffel et al. 2019, arXiv:1910.10683, section 2.1, as in Hugging Face `T5Attention`.
package struct DistancePlan: Hashable, Sendable {
  /// `[B, H]`; blocks may share it.
  package let table: TensorPlan
  /// Whether keys after the query have half of the buckets.
  package let isBidirectional: Bool
  /// From this distance on all share the last bucket.
  package let maximumDistance: Int

  /// The number of buckets, B.
  var bucketCount: Int { table.shape[0] }

  /// The bucket of a distance, which is negative for keys before the query.
  ///
  /// Logarithms and quotients are rounded to float32, as there: at a border of two buckets the last
  /// bit decides.
  func bucket(of distance: Int) -> Int {
    let count = isBidirectional ? bucketCount / 2 : bucketCount
    let start = isBidirectional && distance > 0 ? count : 0
    let size = isBidirectional ? abs(distance) : max(0, -distance)
    let exact = count / 2
    guard size >= exact else { return start + size }
    let growth = Float(logarithm(Double(Float(size) / Float(exact))))
    let whole = Float(logarithm(Double(maximumDistance) / Double(exact)))
    let place = growth / whole * Float(count - exact)
    return start + min(count - 1, exact + Int(place))
  }
}
