package import Adapters
import Evaluation
import Numerics

/// How the learning rate moves after its warm-up.
package enum Schedule: String, CaseIterable, Codable, Sendable {
  case constant
  case linear
  case cosine
  /// From the floor up to the full rate by equal factors: to find a rate, not to train with.
  case rising
}

/// What of the model is trained.
package enum TrainingMethod: Hashable, Sendable {
  /// Every parameter.
  case full
  /// A low-rank adapter beside frozen weights.
  case lowRank(LowRankSettings)
}

/// How long to train.
package enum TrainingLength: Hashable, Sendable {
  case epochs(Int)
  case steps(Int)
}

/// Every hyper-parameter of one training run.
package struct TrainingPlan: Hashable, Sendable {
  package var method: TrainingMethod = .lowRank(LowRankSettings())
  package var length: TrainingLength = .epochs(1)
  /// The rate at the end of the warm-up.
  package var learningRate = 2e-4
  package var schedule: Schedule = .cosine
  /// The share of all steps in which the rate rises from 0, in `0...1`.
  package var warmup = 0.05
  /// The rate the schedule falls to, as a share of the learning rate, in `0...1`.
  package var finalRate = 0.1
  /// Sequences a step.
  package var batchSize = 8
  /// Tokens computed at a time; changes memory and speed, never a result.
  package var microbatchTokens = 1024
  /// The number of stretches of sequences that a step's gradient is added up in.
  ///
  /// Each stretch is one chain of sums, and the stretches are added in order. It counts in the
  /// result: a stretch is what one of several processes would compute. At most one a sequence.
  package var shards = 1
  /// Whether the backward pass runs each block again instead of keeping its insides; changes
  /// memory and speed, never a result.
  package var recomputes = false
  /// The gradient's norm is scaled down to this when larger; 0 leaves it alone.
  package var maxGradientNorm = 1.0
  /// Decoupled weight decay of matrices; norms and biases have none.
  package var weightDecay = 0.0
  package var optimizer: OptimizerKind = .adamw
  /// What AdamW and Lion keep of the mean of gradients.
  package var beta1 = 0.9
  /// What AdamW keeps of the mean of squares, and Lion of its momentum.
  package var beta2 = 0.999
  package var epsilon = 1e-8
  /// What SGD keeps of its velocity, and whether it looks ahead along it.
  package var momentum = 0.9
  package var isNesterov = false
  package var seed: UInt64 = 0

  package init() {}

  /// Returns the learning rate of step `step` of `stepCount`, the first being 0.
  ///
  /// It rises evenly to the full rate over the warm-up, and then falls to `finalRate` of it along
  /// a line or half a cosine wave. The first step's rate is above 0.
  package func learningRate(step: Int, of stepCount: Int) -> Double {
    let warmupSteps = (warmup * Double(stepCount)).rounded(.up)
    guard Double(step) >= warmupSteps else {
      return learningRate * Double(step + 1) / warmupSteps
    }
    let remaining = Double(stepCount) - warmupSteps
    let only: Double = schedule == .rising ? 1 : 0
    let progress = remaining > 1 ? (Double(step) - warmupSteps) / (remaining - 1) : only
    let share =
      switch schedule {
      case .constant: 1.0
      case .linear: 1 - (1 - finalRate) * progress
      case .cosine: finalRate + (1 - finalRate) * 0.5 * (1 + cosine(.pi * progress))
      case .rising: exponential((1 - progress) * logarithm(max(finalRate, 1e-8)))
      }
    return learningRate * share
  }
}
