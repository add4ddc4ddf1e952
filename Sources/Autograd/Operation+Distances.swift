package import Tensors

/// Learned numbers that attention adds to scores by how far the key lies after the query.
package struct DistanceNumbers {
  /// `[H, W]`: see `DistanceBias`.
  let numbers: Variable
  /// The column of distance 0.
  let origin: Int

  var bias: DistanceBias { DistanceBias(numbers: numbers.value, origin: origin) }

  /// Zeros for the gradients of each stretch, `[stretches, H · W]`; nil where none is wanted.
  func gradients(of stretchCount: Int, in arena: Arena) -> Tensor? {
    guard numbers.needsGradient else { return nil }
    return Tensor(zeros: [stretchCount, numbers.value.count], in: arena)
  }
}

extension Tape {
  /// Spreads a table of numbers by bucket and head, `[B, H]`, over the distances that `buckets` gives
  /// one each, from -`origin` on.
  ///
  /// A product with a matrix of zeros and ones: exact, and its backward pass adds the gradients of a
  /// bucket's distances in their order.
  package func distances(_ table: Parameter, buckets: BucketMatrix) -> DistanceNumbers {
    let matrix = buckets.matrix
    let numbers = tensor([table.shape[1], matrix.columns])
    multiply(into: numbers, table.value.transposed, matrix)
    let result = variable(numbers, needsGradient: table.isTrainable)
    let work = Work(floats: numbers.count)
    record(result, OperationCost("distances", forward: work, backward: work)) { dy in
      guard let gradient = table.gradient() else { return }
      multiply(into: gradient, matrix, dy.transposed, accumulate: true)
    }
    return DistanceNumbers(numbers: result, origin: buckets.origin)
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
