package import Adapters
import Mathematics
import Objectives
import SettingDeclarations

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

  /// The length as checkpoints keep it.
  var exactText: String {
    switch self {
    case .epochs(let count): "epochs \(count)"
    case .steps(let count): "steps \(count)"
    }
  }
}

/// Every hyper-parameter of one training run: its settings, and what was decided where they leave
/// something open.
///
/// It reads as if the settings were its own: `plan.batchSize`.
@dynamicMemberLookup
package struct TrainingPlan: Hashable, Sendable {
  /// What was set.
  private(set) var settings: TrainingSettings
  /// How long to train.
  package var length: TrainingLength
  /// The rate at the end of the warm-up.
  package var learningRate: Double
  /// What AdamW keeps of the mean of squares, and Lion of its momentum.
  package var beta2: Double
  /// Whether the backward pass runs each block again; changes memory and speed, never a result.
  package var recomputes: Bool
  /// Whether what rows of a step begin with alike is computed once for all of them.
  package var sharesPrefixes: Bool
  /// What keeps AdamW from dividing by 0.
  package var epsilon = 1e-8
  /// The rate that is taken where none is set.
  package var usualRate: Double

  /// The plan of a training with these settings, of a model `hiddenSize` wide.
  package init(_ settings: TrainingSettings, length: TrainingLength, hiddenSize: Int) {
    self.settings = settings
    self.length = length
    usualRate = automaticRate(
      hiddenSize: hiddenSize, trainsAll: !settings.hasAdapter, optimizer: settings.optimizer,
      objective: settings.objective.kind ?? .supervised)
    learningRate = settings.learningRate ?? usualRate
    beta2 = settings.beta2 ?? settings.optimizer.usualBeta2
    recomputes = settings.recomputes ?? false
    sharesPrefixes = settings.sharesPrefixes ?? false
  }

  /// Gives one of its settings another value, and decides anew what that leaves open; false, and
  /// nothing changes, for a value that the setting may not have.
  mutating func set(_ setting: Setting<TrainingSettings>, to value: SettingValue) -> Bool {
    guard setting.set(value, in: &settings) else { return false }
    switch setting.name {
    case "lr": learningRate = settings.learningRate ?? usualRate
    case "beta2": beta2 = settings.beta2 ?? settings.optimizer.usualBeta2
    default: break
    }
    return true
  }

  /// A setting of the training.
  package subscript<Value>(
    dynamicMember path: WritableKeyPath<TrainingSettings, Value>
  ) -> Value {
    get { settings[keyPath: path] }
    set { settings[keyPath: path] = newValue }
  }

  /// Returns the learning rate of step `step` of `stepCount`, the first being 0.
  ///
  /// It rises evenly to the full rate over the warm-up, and then falls to `finalRate` of it along
  /// a line or half a cosine wave. The first step's rate is above 0.
  package func learningRate(step: Int, of stepCount: Int) -> Double {
    let warmupSteps = (settings.warmup * Double(stepCount)).rounded(.up)
    guard Double(step) >= warmupSteps else {
      return learningRate * Double(step + 1) / warmupSteps
    }
    let finalRate = settings.finalRate
    let remaining = Double(stepCount) - warmupSteps
    let only: Double = settings.schedule == .rising ? 1 : 0
    let progress = remaining > 1 ? (Double(step) - warmupSteps) / (remaining - 1) : only
    let share =
      switch settings.schedule {
      case .constant: 1.0
      case .linear: 1 - (1 - finalRate) * progress
      case .cosine: finalRate + (1 - finalRate) * 0.5 * (1 + cosine(.pi * progress))
      case .rising: exponential((1 - progress) * logarithm(max(finalRate, 1e-8)))
      }
    return learningRate * share
  }
}
