/// The numbers of a layer: a tensor, which training may change, or a frozen packed matrix.
package enum Weights: Sendable {
  case dense(Tensor)
  case packed(PackedMatrix)

  /// `[O, C]` of a matrix, packed or not.
  package var shape: [Int] {
    switch self {
    case .dense(let tensor): tensor.shape
    case .packed(let matrix): [matrix.rows, matrix.columns]
    }
  }

  /// Where they lie and are computed with.
  package var device: any Device {
    switch self {
    case .dense(let tensor): tensor.device
    case .packed(let matrix): matrix.device
    }
  }

  /// What they are kept as.
  package var format: WeightFormat {
    switch self {
    case .dense: .float32
    case .packed(let matrix): matrix.format
    }
  }

  /// The bytes they take.
  package var byteCount: Int {
    switch self {
    case .dense(let tensor): 4 * tensor.count
    case .packed(let matrix): matrix.byteCount
    }
  }

  /// The numbers as products see them: the tensor itself, or a copy.
  package var tensor: Tensor {
    switch self {
    case .dense(let tensor): tensor
    case .packed(let matrix): matrix.unpacked()
    }
  }

  /// Returns them packed in `format`; nil when that cannot hold them, see ``PackedMatrix``.
  ///
  /// Matrices that are packed so already, and vectors, are returned as they are; so are matrices in
  /// a file's own format whose numbers have no more bits.
  package func packed(as format: WeightFormat) -> Weights? {
    switch self {
    case .dense(let tensor):
      tensor.shape.count == 2 ? PackedMatrix(tensor, as: format).map { .packed($0) } : self
    case .packed(let matrix):
      matrix.format == format
        || matrix.format.isOfFiles && matrix.format.numberBits <= format.numberBits
        ? self : PackedMatrix(matrix.unpacked(), as: format).map { .packed($0) }
    }
  }

  /// Writes the rows that `indices` name, each in range, into `output`, `[N, C]`.
  package func gather(_ indices: [Int32], into output: Tensor) {
    switch self {
    case .dense(let tensor): tensor.gather(indices, into: output)
    case .packed(let matrix): matrix.gather(indices, into: output)
    }
  }

  /// These, to be read transposed.
  package var transposed: TransposedWeights { TransposedWeights(stored: self) }
}

/// Weights to be read with rows and columns exchanged; nothing is moved.
package struct TransposedWeights {
  fileprivate let stored: Weights
}

/// c = a · Wᵀ, or c += a · Wᵀ; W is stored `[O, C]`: a linear layer's forward pass.
///
/// Each element is one chain over ascending channels, whether W is packed or not.
package func multiply(
  into c: Tensor, _ a: Tensor, _ weights: TransposedWeights, accumulate: Bool = false
) {
  switch weights.stored {
  case .dense(let tensor): multiply(into: c, a, tensor.transposed, accumulate: accumulate)
  case .packed(let matrix): matrix.multiply(into: c, a, isTurned: false, accumulate: accumulate)
  }
}

/// c = a · W, or c += a · W: the gradient of a linear layer's input.
package func multiply(into c: Tensor, _ a: Tensor, _ weights: Weights, accumulate: Bool = false) {
  switch weights {
  case .dense(let tensor): multiply(into: c, a, tensor, accumulate: accumulate)
  case .packed(let matrix): matrix.multiply(into: c, a, isTurned: true, accumulate: accumulate)
  }
}

/// Each c = a · Wᵀ of several weights, as one product at a time gives them.
///
/// Packed ones run side by side where rows are few: when decoding, threads would wait for each
/// other after each.
package func multiply(into outputs: [Tensor], _ a: Tensor, transposed weights: [Weights]) {
  let packed = weights.compactMap { weights in
    if case .packed(let matrix) = weights { matrix } else { nil }
  }
  if packed.count == weights.count {
    PackedMatrix.multiply(into: outputs, a, packed)
  } else {
    for (c, weights) in zip(outputs, weights) { multiply(into: c, a, weights.transposed) }
  }
}

/// c = a · Wᵀ, where `activations` says what a is rounded to for weights of few bits; `arena` gives memory
/// for that.
package func multiply(
  into c: Tensor, _ a: Tensor, _ weights: TransposedWeights, activations: ActivationFormat,
  in arena: Arena
) {
  guard let matrix = weights.stored.matrix(countedIn: activations) else {
    return multiply(into: c, a, weights)
  }
  PackedMatrix.multiplyIntegers(into: [c], a, [matrix], in: arena)
}

/// The same for several weights, which run side by side.
package func multiply(
  into outputs: [Tensor], _ a: Tensor, transposed weights: [Weights],
  activations: ActivationFormat, in arena: Arena
) {
  let matrices = weights.compactMap { $0.matrix(countedIn: activations) }
  if matrices.isEmpty { return multiply(into: outputs, a, transposed: weights) }
  guard matrices.count < weights.count else {
    return PackedMatrix.multiplyIntegers(into: outputs, a, matrices, in: arena)
  }
  for (c, weights) in zip(outputs, weights) {
    multiply(into: c, a, weights.transposed, activations: activations, in: arena)
  }
}

extension Weights {
  /// The matrix whose products are computed in integers; nil where they are not.
  fileprivate func matrix(countedIn activations: ActivationFormat) -> PackedMatrix? {
    guard case .packed(let matrix) = self, activations.countsInIntegers(by: matrix.format) else {
      return nil
    }
    return matrix
  }
}
