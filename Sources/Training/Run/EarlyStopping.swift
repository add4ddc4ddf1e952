import Evaluation
import Tensors

/// What a training measures on its way, when that ends it, and the weights of the best measurement.
package struct EarlyStopping {
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
      step: trainer.finishedSteps, loss: Float(report.loss), accuracy: Float(report.accuracy),
      margin: report.margin.map { Float($0) })
    add(evaluation, of: trainer)
    return evaluation
  }

  /// Takes in a measurement of the weights that `trainer` has now.
  mutating func add(_ evaluation: DevEvaluation, of trainer: Trainer) {
    evaluations.append(evaluation)
    if best?.step == trainer.finishedSteps { bestWeights = trainer.copiedWeights }
  }

  /// The measurement whose weights ``restoreBest(in:)`` would put back; nil when none is.
  func toRestore(in trainer: Trainer) -> DevEvaluation? {
    best.flatMap { $0.step < trainer.finishedSteps ? $0 : nil }
  }

  /// The best evaluation by the metric that is waited for, the first of equal ones.
  ///
  /// Its weights are kept, not the last ones. Nil when the metric is not one of dev.
  private var best: DevEvaluation? {
    guard let metric = condition?.metric, metric.isOfDev else { return nil }
    return evaluations.min { metric.isBetter(metric.value(in: $0), metric.value(in: $1)) }
  }

  /// Puts the weights of the best evaluation back; returns nil when they are there, or none is kept.
  func restoreBest(in trainer: Trainer) -> DevEvaluation? {
    guard let best = toRestore(in: trainer) else { return nil }
    return trainer.restoreWeights(bestWeights) ? best : nil
  }

  /// Goes on with what an earlier process measured.
  mutating func goOn(
    after evaluations: [DevEvaluation], bestWeights: [(name: String, tensor: Tensor)]
  ) {
    self.evaluations = evaluations
    self.bestWeights = bestWeights
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

  /// The value that a metric has now; nil before it is known.
  private func value(_ metric: TrainingMetric, _ trainer: Trainer) -> Double? {
    metric.isOfDev ? evaluations.last.map(metric.value(in:)) : trainer.recentLoss
  }

  /// True when none of the last `checks` measurements is better than the best before them.
  private func stalls(_ metric: TrainingMetric, for checks: Int, _ trainer: Trainer) -> Bool {
    let values =
      metric.isOfDev ? evaluations.map(metric.value(in:)) : trainer.epochLosses
    guard values.count > checks, let before = values.dropLast(checks).min(by: metric.isBetter)
    else { return false }
    return values.suffix(checks).allSatisfy { $0 == before || metric.isBetter(before, $0) }
  }
}
