import Autograd
import Tensors

/// What distances add to the scores of an attention.
final class Distances {
  private let table: Parameter
  private let plan: DistancePlan
  /// The buckets of the distances that were asked for last.
  private var buckets: BucketMatrix?
  private var reach = 0

  init<Failure: Error>(_ plan: DistancePlan, _ source: WeightSource<Failure>) throws(Failure) {
    self.plan = plan
    table = try source.parameter(plan.table)
  }

  /// Returns the numbers for all distances within the sequences of a pass.
  func callAsFunction(_ pass: ForwardPass) -> DistanceNumbers {
    let longest = pass.layout.sequences.map(\.keyCount).max() ?? 0
    let block = CachedKeys.blockLength
    // Whole blocks, so that an answer which grows does not ask for others with each token.
    return pass.tape.distances(table, buckets: matrix((longest + block - 1) / block * block))
  }

  private func matrix(_ reach: Int) -> BucketMatrix {
    if let buckets, self.reach == reach { return buckets }
    let origin = reach + DistanceBias.margin
    let matrix = BucketMatrix(
      (-origin..<origin).map(plan.bucket), count: plan.bucketCount, origin: origin,
      on: table.weights.device)
    (buckets, self.reach) = (matrix, reach)
    return matrix
  }
}
