/// One tensor of a model, before there is any: its name, its sizes and what it is for.
package struct TensorPlan: Hashable, Sendable {
  /// What a tensor is for: how it begins, and whether it may be packed.
  package enum Role: Hashable, Sendable {
    /// Multiplied by, or looked up in, a row at a time; packed while it is frozen.
    case matrix
    /// A matrix whose product is added to the residual stream: it begins smaller.
    case residualMatrix
    /// The factors of a norm; `start` is where they begin.
    case norm(start: Float)
    case bias
    /// The vectors of learned positions, which are too few to be worth rounding.
    case positions
  }

  /// The name in model files.
  package let name: String
  /// The sizes in memory; matrices are `[outputs, inputs]`.
  package let shape: [Int]
  /// What it is for.
  package let role: Role
  /// Whether files keep the matrix as `[inputs, outputs]`.
  package let isTurnedInFiles: Bool

  package init(_ name: String, _ shape: [Int], _ role: Role, isTurnedInFiles: Bool = false) {
    self.name = name
    self.shape = shape
    self.role = role
    self.isTurnedInFiles = isTurnedInFiles
  }

  /// How many numbers there are.
  package var count: Int { shape.reduce(1, *) }

  /// Whether it is packed, and so may be kept in fewer bits, while it is frozen.
  package var isPackable: Bool { role == .matrix || role == .residualMatrix }

  /// The sizes in model files.
  package var shapeInFiles: [Int] { isTurnedInFiles ? shape.reversed() : shape }
}

/// A linear layer, `y = x · weightᵀ + bias`.
package struct LinearPlan: Hashable, Sendable {
  /// The module's name in model files, by which adapters name their targets.
  package let path: String
  /// The width of what it reads.
  package let inputs: Int
  /// The width of what it gives.
  package let outputs: Int
  /// Whether a number is added to each output.
  package var hasBias = false
  /// Whether the result is added to the residual stream.
  package var writesResidual = false
  /// Whether files keep the weight as `[inputs, outputs]`.
  package var isTurnedInFiles = false

  /// `[outputs, inputs]`.
  package var weight: TensorPlan {
    TensorPlan(
      path + ".weight", [outputs, inputs], writesResidual ? .residualMatrix : .matrix,
      isTurnedInFiles: isTurnedInFiles)
  }

  /// `[outputs]`; nil where the layer has none.
  package var bias: TensorPlan? {
    hasBias ? TensorPlan(path + ".bias", [outputs], .bias) : nil
  }

  var tensors: [TensorPlan] { [weight] + (bias.map { [$0] } ?? []) }
}

/// A normalisation of rows, or of the heads within them.
package struct NormPlan: Hashable, Sendable {
  /// What is taken as the size of a row.
  package enum Kind: Hashable, Sendable {
    /// By the root mean square; `offset` is added to the weight, 1 where files keep it less one.
    case rootMeanSquare(offset: Double)
    /// By mean and variance, mostly with a bias.
    case layer
  }

  /// The module's name in model files.
  package let path: String
  /// How many numbers are normalised together.
  package let width: Int
  /// What is taken as the size of a row.
  package let kind: Kind
  /// What is added under the root, so that a row of zeros stays one.
  package let epsilon: Double
  /// Whether a norm by mean and variance adds a number to each.
  package var hasBias = true

  /// What is added to the weight.
  var offset: Double { if case .rootMeanSquare(let offset) = kind { offset } else { 0 } }

  /// `[width]`; it begins as the plain norm.
  package var weight: TensorPlan {
    TensorPlan(path + ".weight", [width], .norm(start: Float(1 - offset)))
  }

  /// `[width]`; nil for norms by the root mean square, and where there is none.
  package var bias: TensorPlan? {
    kind == .layer && hasBias ? TensorPlan(path + ".bias", [width], .bias) : nil
  }

  var tensors: [TensorPlan] { [weight] + (bias.map { [$0] } ?? []) }
}
