/// One tensor of a model, before there is any: its name, its sizes and what it is for.
package struct TensorPlan: Hashable, Sendable {
  /// What a tensor is for: how it begins, and whether it may be packed.
  package enum Role: Hashable, Sendable {
    /// Multiplied by, or looked up in, a row at a time; packed while it is frozen.
    case matrix
    /// A matrix whose product is added to the residual stream: it begins smaller.
    case residualMatrix
    /// A matrix whose product chooses experts: never packed, as a score that is rounded chooses
    /// others.
    case router
    /// The factors of a norm; `start` is where they begin.
    case norm(start: Float)
    case bias
    /// What a router adds to its scores to choose by; no gradient moves it.
    case correction
    /// The vectors of learned positions, which are too few to be worth rounding.
    case positions
    /// What a convolution multiplies rows by: too few, too.
    case convolution
  }

  /// The name in model files.
  package let name: String
  /// The sizes in memory; matrices are `[outputs, inputs]`.
  package let shape: [Int]
  /// What it is for.
  package let role: Role
  /// Whether files keep the matrix as `[inputs, outputs]`.
  package let isTurnedInFiles: Bool
  /// Where it lies in files that keep it in one tensor with others; nil where none do.
  package let stack: TensorStack?

  package init(
    _ name: String, _ shape: [Int], _ role: Role, isTurnedInFiles: Bool = false,
    stack: TensorStack? = nil
  ) {
    self.name = name
    self.shape = shape
    self.role = role
    self.isTurnedInFiles = isTurnedInFiles
    self.stack = stack
  }

  /// How many numbers there are.
  package var count: Int { shape.reduce(1, *) }

  /// Whether it is packed, and so may be kept in fewer bits, while it is frozen.
  package var isPackable: Bool { role == .matrix || role == .residualMatrix }

  /// The sizes in model files.
  package var shapeInFiles: [Int] { isTurnedInFiles ? shape.reversed() : shape }
}

/// A tensor of a file that holds several of a model's, one after the other.
package struct TensorStack: Hashable, Sendable {
  /// The name in model files.
  package let name: String
  /// The sizes of all of it.
  package let shape: [Int]
  /// The first element of the one.
  package let start: Int
  /// Whether files are to be written so, rather than a tensor for each.
  package let isWritten: Bool
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
  /// Whether the outputs say which experts count, or how much.
  package var isRouter = false
  /// The share of the tokens that go through it: less than 1 where it belongs to an expert.
  package var tokenShare = 1.0
  /// Where weight and bias lie in files that keep all experts' in one tensor.
  package var weightStack: TensorStack?
  /// Where its bias lies among those of all experts; nil where it is a tensor of its own.
  package var biasStack: TensorStack?

  /// `[outputs, inputs]`.
  package var weight: TensorPlan {
    TensorPlan(
      path + ".weight", [outputs, inputs], role, isTurnedInFiles: isTurnedInFiles,
      stack: weightStack)
  }

  private var role: TensorPlan.Role {
    if isRouter { return .router }
    return writesResidual ? .residualMatrix : .matrix
  }

  /// `[outputs]`; nil where the layer has none.
  package var bias: TensorPlan? {
    hasBias ? TensorPlan(path + ".bias", [outputs], .bias, stack: biasStack) : nil
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
  /// What is added to the weight of a norm by mean and variance.
  package var layerOffset = 0.0
  /// Whether it has weights; without, it is the plain norm.
  package var isLearned = true

  /// What is added to the weight.
  var offset: Double {
    if case .rootMeanSquare(let offset) = kind { offset } else { layerOffset }
  }

  /// `[width]`; it begins as the plain norm, and stays it where nothing is learned.
  package var weight: TensorPlan {
    TensorPlan(path + ".weight", [width], .norm(start: Float(1 - offset)))
  }

  /// `[width]`; nil for norms by the root mean square, and where there is none.
  package var bias: TensorPlan? {
    kind == .layer && hasBias ? TensorPlan(path + ".bias", [width], .bias) : nil
  }

  var tensors: [TensorPlan] { isLearned ? [weight] + (bias.map { [$0] } ?? []) : [] }
}
