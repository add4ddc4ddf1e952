package import Tensors

/// Sizes that a blueprint alone tells, before anything is allocated.
///
/// No product here can overflow: the ranges within which configs are read keep them below 2⁵³.
extension Blueprint {
  /// The number of learned numbers.
  package var parameterCount: Int { tensors.reduce(0) { $0 + $1.count } }

  /// The bytes that the model takes in memory: its weights, matrices in `format`, and its tables
  /// of what positions turn and add.
  package func memoryByteCount(_ format: WeightFormat = .float32) -> Int {
    memoryByteCount { _ in format }
  }

  /// The same with each matrix in a format of its own.
  func memoryByteCount(_ format: (TensorPlan) -> WeightFormat) -> Int {
    let weights = tensors.reduce(0) { sum, tensor in
      sum
        + (tensor.isPackable
          ? format(tensor).byteCount(rows: tensor.shape[0], columns: tensor.shape[1])
          : 4 * tensor.count)
    }
    return weights
      + rotaries.reduce(0) { $0 + 4 * $1.rowCount(maximumPositions) * 2 * $1.pairCount }
      + alibis.reduce(0) { $0 + 4 * maximumPositions * $1.headCount }
  }
}
