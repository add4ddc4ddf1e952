import Evaluation
import Numerics
import Tensors

/// What a training measures on its way, when that ends it, and the weights of the best measurement.
package struct EarlyStopping {
  /// Steps over which the loss of training is taken: single ones jump about.
  private static let recentSteps = 10

  /// Every measurement of dev so far.
  package private(set) var evaluations: [DevEvaluation] = []
  /// The weights of the best evaluation; empty before the first, and without a metric of dev.
  private(set) var bestWeights: [(name: String, tensor: Tensor)] = []
  private let condition: EndCondition?

  /// Watches for a condition; nil only keeps what is measured.
  package init(_ condition: EndCondition?) { self.condition = condition }

  // MARK: Measuring

  /// Takes in a measurement; the weights are kept when it is the best so far.
  mutating func add(_ report: LossReport, of trainer: Trainer) -> DevEvaluation {
    let evaluation = DevEvaluation(
      step: trainer.finishedSteps, loss: Float(report.loss), accuracy: Float(report.accuracy))
    evaluations.append(evaluation)
    if keepsBest, best?.step == trainer.finishedSteps { bestWeights = trainer.copiedWeights }
    return evaluation
  }

  /// True when the training ends with the weights of its best evaluation, not with the last ones.
  private var keepsBest: Bool { condition?.metric?.isOfDev ?? false }

  /// The evaluation that is the best by the metric waited for, the first of equal ones.
  private var best: DevEvaluation? {
    let isAccuracy = condition?.metric == .devAccuracy
    return evaluations.min { isAccuracy ? $0.accuracy > $1.accuracy : $0.loss < $1.loss }
  }

  /// Puts the weights of the best evaluation back; returns nil when they are there, or none is kept.
  func restoreBest(in trainer: Trainer) -> DevEvaluation? {
    guard keepsBest, let best, best.step < trainer.finishedSteps else { return nil }
    return trainer.restoreWeights(bestWeights) ? best : nil
  }

  /// Goes on with what an earlier process measured.
  mutating func goOn(
    after evaluations: [DevEvaluation], bestWeights: [(name: String, tensor: Tensor)]
  ) {
    self.evaluations = evaluations
    self.bestWeights = bestWeights
  }

  /// The mean loss of the last ten steps; nil before there are so many, or an epoch of them.
  static func recentLoss(_ trainer: Trainer) -> Double? {
    let count = min(recentSteps, trainer.stepsPerEpoch)
    guard trainer.losses.count >= count else { return nil }
    return trainer.losses.suffix(count).reduce(0) { $0 + Double($1) } / Double(count)
  }

  // MARK: The condition

  /// True when what the training waits for has come; `seconds` are those it took in all.
  func isMet(_ trainer: Trainer, seconds: Double) -> Bool {
    switch condition {
    case nil: false
    case .elapsed(let limit): seconds >= limit
    case .stalls(let metric, let checks): stalls(metric, for: checks, trainer)
    case .comparison(let metric, let sign, let number):
      value(metric, trainer).map { sign.holds($0, number) } ?? false
    }
  }

  /// The value that a metric has now.
  private func value(_ metric: TrainingMetric, _ trainer: Trainer) -> Double? {
    if metric == .loss { return Self.recentLoss(trainer) }
    return evaluations.last.map { Self.value(metric, $0) }
  }

  private static func value(_ metric: TrainingMetric, _ evaluation: DevEvaluation) -> Double {
    switch metric {
    case .devAccuracy: Double(evaluation.accuracy)
    case .devPerplexity: exponential(Double(evaluation.loss))
    case .devLoss, .loss: Double(evaluation.loss)
    }
  }

  /// True when the last `checks` measurements are none better than the best before them.
  private func stalls(_ metric: TrainingMetric, for checks: Int, _ trainer: Trainer) -> Bool {
    let sign: Double = metric == .devAccuracy ? -1 : 1
    let values =
      metric == .loss
      ? epochLosses(trainer) : evaluations.map { sign * Self.value(metric, $0) }
    guard values.count > checks, let before = values.dropLast(checks).min() else { return false }
    return values.suffix(checks).allSatisfy { $0 >= before }
  }

  /// The mean loss of each finished epoch.
  private func epochLosses(_ trainer: Trainer) -> [Double] {
    let size = trainer.stepsPerEpoch
    return (0..<trainer.losses.count / size).map { epoch in
      let losses = trainer.losses[epoch * size..<(epoch + 1) * size]
      return losses.reduce(0) { $0 + Double($1) } / Double(size)
    }
  }
}
