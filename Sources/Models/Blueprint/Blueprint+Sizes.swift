package import Tensors

/// Sizes that a blueprint alone tells, before anything is allocated.
///
/// No product here can overflow: the ranges within which configs are read keep them below 2⁵³.
extension Blueprint {
  /// The number of learned numbers.
  package var parameterCount: Int { tensors.reduce(0) { $0 + $1.count } }

  /// How many gradients are gathered for each tensor, by its name: one a use.
  package var gradientCounts: [String: Int] {
    var counts = layers.useCounts
    for (name, count) in (reader?.layers ?? []).useCounts { counts[name, default: 0] += count }
    for tensor in tensors { counts[tensor.name] = max(1, counts[tensor.name] ?? 1) }
    let further = (reader == nil ? 0 : 1) + (head.isEmbedding ? 1 : 0)
    counts[embedding.tokens.name, default: 1] += further
    return counts
  }

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
