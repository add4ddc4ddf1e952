import Evaluation
import Language
import Numerics
import Session
import Tensors
import Training

/// What a training measures on its way, and the weights of the best measurement.
///
/// Numbers are kept as they are written into a checkpoint, in float32, so that a training that goes
/// on decides as one that was never stopped.
struct TrainingWatch {
  /// A measurement of dev.
  struct Evaluation: Hashable {
    /// Steps taken by then.
    let step: Int
    let loss: Float
    /// The share of tokens that were the likeliest.
    let accuracy: Float
  }

  /// The metrics that `until` may wait for.
  static let metrics = ["dev.loss", "dev.perplexity", "dev.accuracy", "loss"]
  /// Steps over which the loss of training is taken: single ones jump about.
  private static let recentSteps = 10
  /// What names of the best weights begin with in a checkpoint.
  private static let bestPrefix = "best/"

  private(set) var evaluations: [Evaluation] = []
  /// The seconds of the processes before this one.
  private(set) var earlierSeconds = 0.0
  /// The tokens that they computed.
  private(set) var earlierTokens = 0
  /// Whether its block had ended the training.
  private(set) var wasEndedByBlock = false
  /// The weights of the best evaluation; empty before the first, and without a metric of dev.
  private(set) var bestWeights: [(name: String, tensor: Tensor)] = []
  private let condition: Condition?

  init(_ condition: Condition?) { self.condition = condition }

  // MARK: Measuring

  /// Takes in a measurement; the weights are kept when it is the best so far.
  mutating func add(_ report: LossReport, of trainer: Trainer) {
    evaluations.append(
      Evaluation(
        step: trainer.finishedSteps, loss: Float(report.loss), accuracy: Float(report.accuracy)))
    guard keepsBest, best?.step == trainer.finishedSteps else { return }
    bestWeights = trainer.copiedWeights
  }

  /// True when the training ends with the weights of its best evaluation, not with the last ones.
  private var keepsBest: Bool { condition?.metric?.hasPrefix("dev.") ?? false }

  /// The evaluation that is the best by the metric waited for, the first of equal ones.
  var best: Evaluation? {
    let isAccuracy = condition?.metric == "dev.accuracy"
    return evaluations.min { isAccuracy ? $0.accuracy > $1.accuracy : $0.loss < $1.loss }
  }

  /// Puts the weights of the best evaluation back; returns nil when they are there, or none is kept.
  func restoreBest(in trainer: Trainer) -> Evaluation? {
    guard keepsBest, let best, best.step < trainer.finishedSteps else { return nil }
    return trainer.restoreWeights(bestWeights) ? best : nil
  }

  /// The mean loss of the last ten steps, or of an epoch where that is shorter; nil before that.
  static func recentLoss(_ trainer: Trainer) -> Double? {
    let count = min(recentSteps, trainer.stepsPerEpoch)
    guard trainer.losses.count >= count else { return nil }
    return trainer.losses.suffix(count).reduce(0) { $0 + Double($1) } / Double(count)
  }

  // MARK: The condition

  /// True when what the training waits for has come; `seconds` are those of this process.
  func isMet(_ trainer: Trainer, seconds: Double) -> Bool {
    switch condition {
    case nil: false
    case .elapsed(let limit): earlierSeconds + seconds >= limit
    case .stalls(let metric, let checks): stalls(metric, for: checks, trainer)
    case .comparison(let metric, let sign, let number):
      value(metric, trainer).map { sign.holds($0, number) } ?? false
    }
  }

  /// The value that a metric has now.
  private func value(_ metric: String, _ trainer: Trainer) -> Double? {
    if metric == "loss" { return Self.recentLoss(trainer) }
    return evaluations.last.map { Self.value(metric, $0) }
  }

  private static func value(_ metric: String, _ evaluation: Evaluation) -> Double {
    switch metric {
    case "dev.accuracy": Double(evaluation.accuracy)
    case "dev.perplexity": exponential(Double(evaluation.loss))
    default: Double(evaluation.loss)
    }
  }

  /// True when the last `checks` measurements are none better than the best before them.
  private func stalls(_ metric: String, for checks: Int, _ trainer: Trainer) -> Bool {
    let sign: Double = metric == "dev.accuracy" ? -1 : 1
    let values =
      metric == "loss"
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

  // MARK: In a checkpoint

  /// Everything a training that goes on, or that is over and run once more, must know; `seconds` and
  /// `tokens` are those of this process.
  func state(
    seconds: Double, tokens: Int, isEndedByBlock: Bool, on device: any Device
  ) -> [(name: String, tensor: Tensor)] {
    var state = bestWeights.map { (name: Self.bestPrefix + $0.name, tensor: $0.tensor) }
    state.append(("seconds", Self.tensor(earlierSeconds + seconds, on: device)))
    state.append(("tokens", Self.tensor(Double(earlierTokens + tokens), on: device)))
    state.append(("block", Self.tensor(isEndedByBlock ? 1 : 0, on: device)))
    if !evaluations.isEmpty {
      let rows = evaluations.flatMap { [Float($0.step), $0.loss, $0.accuracy] }
      state.append(("evaluations", Tensor(rows, shape: [evaluations.count, 3], on: device)))
    }
    return state
  }

  /// A number in three parts, of which each is one in float32: none of its bits is lost.
  private static func tensor(_ number: Double, on device: any Device) -> Tensor {
    let high = Float(number)
    let middle = Float(number - Double(high))
    let low = Float(number - Double(high) - Double(middle))
    return Tensor([high, middle, low], shape: [3], on: device)
  }

  private static func number(_ tensor: Tensor?) -> Double {
    let number = (tensor?.values ?? []).reversed().reduce(0) { $0 + Double($1) }
    return number.isFinite ? number : 0
  }

  /// Takes over what ``state(seconds:tokens:isEndedByBlock:on:)`` gave; what was measured on other rows
  /// is left out.
  mutating func restore(_ state: [(name: String, tensor: Tensor)], isSameDev: Bool) {
    let byName = Dictionary(state.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    earlierSeconds = Self.number(byName["seconds"])
    earlierTokens = Int(exactly: Self.number(byName["tokens"])) ?? 0
    wasEndedByBlock = Self.number(byName["block"]) == 1
    let rows = isSameDev ? byName["evaluations"]?.values ?? [] : []
    evaluations = stride(from: 0, to: rows.count - rows.count % 3, by: 3).compactMap { start in
      Int(exactly: rows[start]).map {
        Evaluation(step: $0, loss: rows[start + 1], accuracy: rows[start + 2])
      }
    }
    bestWeights = state.filter { $0.name.hasPrefix(Self.bestPrefix) }.map {
      (name: String($0.name.dropFirst(Self.bestPrefix.count)), tensor: $0.tensor)
    }
  }
}

extension Operator {
  /// Whether a comparison of two numbers holds.
  fileprivate func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    default: false
    }
  }
}
