package import Adapters
package import Objectives
package import Tensors

/// How the learning rate moves after its warm-up.
package enum Schedule: String, CaseIterable, Sendable {
  case cosine
  case linear
  case constant
  /// From the floor up to the full rate by equal factors: to find a rate, not to train with.
  case rising
}

/// What is trained.
package enum AdapterChoice: String, CaseIterable, Sendable {
  case lora
  case dora
  /// No adapter: every weight.
  case none
}

/// What may be set of a training; what is nil is chosen for the model at hand.
package struct TrainingSettings: Hashable, Sendable {
  /// The rate at the end of the warm-up.
  package var learningRate: Double?
  /// How the rate moves after the warm-up.
  package var schedule: Schedule = .cosine
  /// The share of all steps in which the rate rises from 0, in `0...1`.
  package var warmup = 0.05
  /// The rate the schedule falls to, as a share of the learning rate, in `0...1`.
  package var finalRate = 0.1
  /// Sequences a step.
  package var batchSize = 8
  /// Tokens computed at a time; changes memory and speed, never a result.
  package var microbatchTokens = 1024
  /// Whether the backward pass runs each block again instead of keeping its insides; changes
  /// memory and speed, never a result.
  package var recomputes: Bool?
  /// Whether what rows of a step begin with alike is computed once: another order of sums, and so another
  /// result in the last bits; nil where that saves a tenth or more.
  package var sharesPrefixes: Bool?
  /// The most memory it may take, in bytes.
  package var memory: Double?
  /// The gradient's norm is scaled down to this when larger; 0 leaves it alone.
  package var maxGradientNorm = 1.0
  /// Decoupled weight decay of matrices; norms and biases have none.
  package var weightDecay = 0.0
  /// How gradients become updates.
  package var optimizer: OptimizerKind = .adamw
  /// What AdamW and Lion keep of the mean of gradients.
  package var beta1 = 0.9
  /// What AdamW keeps of the mean of squares, and Lion of its momentum.
  package var beta2: Double?
  /// What SGD keeps of its velocity.
  package var momentum = 0.9
  /// Whether SGD looks ahead along its velocity.
  package var isNesterov = false
  /// The number of stretches of sequences that a step's gradient is added up in.
  ///
  /// Each stretch is one chain of sums, and the stretches are added in order. It counts in the
  /// result: a stretch is what one of several processes would compute. At most one a sequence.
  package var shards = 1
  /// How products of activations and weights are computed in training.
  package var precision: Precision = .exact
  /// What is taught.
  package var objective = ObjectiveSettings()
  /// What frozen weights are kept as.
  package var base: WeightFormat = .float32
  /// Whether an adapter is trained, rather than every weight.
  package private(set) var hasAdapter = true
  /// The shape of the adapter, if one is trained.
  package var lowRank = LowRankSettings()
  /// Where random numbers start: the order of rows, dropout and new adapters.
  package var seed: UInt64 = 0

  /// The defaults.
  package init() {}

  /// Which adapter is trained, in one word.
  package var adapter: AdapterChoice {
    get { hasAdapter ? lowRank.isDecomposed ? .dora : .lora : .none }
    set {
      hasAdapter = newValue != .none
      lowRank.isDecomposed = newValue == .dora
    }
  }

  /// What of the model is trained.
  package var method: TrainingMethod {
    get { hasAdapter ? .lowRank(lowRank) : .full }
    set {
      switch newValue {
      case .full: adapter = .none
      case .lowRank(let shape): (hasAdapter, lowRank) = (true, shape)
      }
    }
  }
}
