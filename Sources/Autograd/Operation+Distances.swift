package import Tensors

/// Learned numbers that attention adds to scores by how far the key lies after the query.
package struct DistanceNumbers {
  /// What is learned, a number a bucket and head, `[B, H]`.
  let table: Parameter
  let buckets: BucketMatrix
  /// `[H, W]`: see `DistanceBias`.
  let numbers: Tensor

  var bias: DistanceBias { DistanceBias(numbers: numbers, origin: buckets.origin) }

  /// Zeros for the gradients of each stretch, `[stretches · H, W]`; nil where none is wanted.
  func gradients(of stretchCount: Int, in arena: Arena) -> Tensor? {
    guard table.isTrainable else { return nil }
    return Tensor(zeros: [stretchCount * numbers.rows, numbers.columns], in: arena)
  }

  /// Adds the gradients of stretches, `[stretches · H, W]`, to that of the table: one stretch after
  /// the other, each distance in its order, so that it is one chain however stretches are packed.
  func add(_ gradients: Tensor, to gradient: Tensor) {
    let heads = numbers.rows
    for start in stride(from: 0, to: gradients.rows, by: heads) {
      let ofStretch = gradients.rows(start..<start + heads)
      multiply(into: gradient, buckets.matrix, ofStretch.transposed, accumulate: true)
    }
  }
}

extension Tape {
  /// Spreads a table of numbers by bucket and head, `[B, H]`, over the distances that `buckets` gives
  /// one each, from -`origin` on.
  ///
  /// A product with a matrix of zeros and ones: exact. Its backward pass is attention's.
  package func distances(_ table: Parameter, buckets: BucketMatrix) -> DistanceNumbers {
    let matrix = buckets.matrix
    let numbers = tensor([table.shape[1], matrix.columns])
    multiply(into: numbers, table.value.transposed, matrix)
    return DistanceNumbers(table: table, buckets: buckets, numbers: numbers)
  }
}

/// Which bucket each distance belongs to, as a matrix of zeros and ones, `[B, W]`.
package struct BucketMatrix {
  let matrix: Tensor
  let origin: Int

  /// Distances from -`origin` on, each with its bucket below `count`.
  package init(_ buckets: [Int], count: Int, origin: Int, on device: any Device) {
    var numbers = [Float](repeating: 0, count: count * buckets.count)
    for (column, bucket) in buckets.enumerated() { numbers[bucket * buckets.count + column] = 1 }
    matrix = Tensor(numbers, shape: [count, buckets.count], on: device)
    self.origin = origin
  }
}
