import Adapters
package import Generation
package import Tensors
package import Training

/// The settings in force: the defaults, and what was set over them.
package struct Settings: Sendable {
  private var chosen: [String: SettingValue] = [:]

  package init() {}

  /// Whether a setting was set, rather than left at its default.
  package func isChosen(_ name: String) -> Bool { chosen[name] != nil }

  /// The value in force; nil when there is no such setting.
  package subscript(name: String) -> SettingValue? {
    chosen[name] ?? SettingDefinition.named(name)?.fallback
  }

  /// Sets a value that was checked against its definition.
  package mutating func set(_ name: String, to value: SettingValue) { chosen[name] = value }

  /// Goes back to the default.
  package mutating func clear(_ name: String) { chosen[name] = nil }

  package func number(_ name: String) -> Double {
    if case .number(let number) = self[name] { number } else { 0 }
  }

  package func integer(_ name: String) -> Int { Int(number(name)) }

  package func text(_ name: String) -> String {
    if case .text(let text) = self[name] { text } else { "" }
  }

  /// What frozen weights are kept as.
  package var base: WeightFormat { WeightFormat(rawValue: text("base")) ?? .float32 }

  /// The plan of a training with these settings, of a model `hiddenSize` wide.
  package func trainingPlan(length: TrainingLength, hiddenSize: Int) -> TrainingPlan {
    var plan = TrainingPlan()
    plan.method = trainingMethod
    plan.length = length
    plan.learningRate = learningRate(hiddenSize: hiddenSize)
    plan.schedule = Schedule(rawValue: text("schedule")) ?? .cosine
    plan.warmup = number("warmup")
    plan.finalRate = number("floor")
    plan.batchSize = integer("batch")
    plan.microbatchTokens = integer("microbatch")
    plan.recomputes = text("recompute") == "on"
    plan.maxGradientNorm = number("clip")
    plan.weightDecay = number("decay")
    plan.beta1 = number("beta1")
    plan.optimizer = optimizer
    plan.beta2 = chosenNumber("beta2") ?? (optimizer == .lion ? 0.99 : 0.999)
    plan.momentum = number("momentum")
    plan.isNesterov = text("nesterov") == "on"
    plan.shards = integer("shards")
    plan.seed = UInt64(number("seed"))
    return plan
  }

  private var optimizer: OptimizerKind { OptimizerKind(rawValue: text("optimizer")) ?? .adamw }

  /// The number of a setting that may also be `auto`; nil when it is.
  private func chosenNumber(_ name: String) -> Double? {
    if case .number(let number) = self[name] { number } else { nil }
  }

  private var trainingMethod: TrainingMethod {
    text("adapter") == "none" ? .full : .lowRank(adapter)
  }

  /// The adapter that training makes, if it makes one.
  var adapter: LowRankSettings {
    var targets = TargetModules.allLinear
    if case .list(let names) = self["targets"] { targets = .named(names) }
    return LowRankSettings(
      rank: integer("rank"), alpha: number("alpha"), dropout: number("dropout"),
      targets: targets, isRankStabilized: text("rslora") == "on",
      isDecomposed: text("adapter") == "dora")
  }

  /// The rate set, or one by the model's width, the method and the optimizer.
  private func learningRate(hiddenSize: Int) -> Double {
    chosenNumber("lr")
      ?? automaticRate(
        hiddenSize: hiddenSize, trainsAll: text("adapter") == "none", optimizer: optimizer)
  }

  /// How answers are sampled.
  package var sampling: SamplingSettings {
    var sampling = SamplingSettings()
    sampling.temperature = number("temperature")
    sampling.topK = integer("top_k")
    sampling.topP = number("top_p")
    sampling.minP = number("min_p")
    sampling.seed = UInt64(number("seed"))
    sampling.maximumTokens = integer("tokens")
    return sampling
  }
}
