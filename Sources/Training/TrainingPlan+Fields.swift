import Adapters

extension TrainingPlan {
  /// Everything of the plan that its result depends on, by name: what a checkpoint must agree with.
  ///
  /// The micro-batch and recomputation are not among it: they change no bit.
  var fields: [(name: String, value: String)] {
    var fields = [
      ("length", "\(length)"), ("lr", "\(learningRate)"), ("schedule", schedule.rawValue),
      ("warmup", "\(warmup)"), ("floor", "\(finalRate)"), ("batch", "\(batchSize)"),
      ("clip", "\(maxGradientNorm)"), ("decay", "\(weightDecay)"), ("beta1", "\(beta1)"),
      ("beta2", "\(beta2)"), ("epsilon", "\(epsilon)"), ("seed", "\(seed)"),
      ("optimizer", optimizer.rawValue), ("momentum", "\(momentum)"),
      ("nesterov", isNesterov ? "on" : "off"), ("shards", "\(shards)"),
    ]
    switch method {
    case .full: fields.append(("adapter", "none"))
    case .lowRank(let settings):
      fields += [
        ("adapter", settings.kindName), ("rank", "\(settings.rank)"),
        ("alpha", "\(settings.alpha)"),
        ("dropout", "\(settings.dropout)"), ("targets", "\(settings.targets)"),
        ("rslora", settings.isRankStabilized ? "on" : "off"),
      ]
    }
    return fields.map { (name: $0.0, value: $0.1) }
  }
}
