import Checkpoints
import Datasets
package import Evaluation
import Models

/// What measurements say about a training before it begins.
package struct Advice: Sendable {
  /// One thing to know.
  package enum Remark: Sendable {
    /// There are so few rows to train on that prompts may do as well.
    case fewRows(Int)
    /// There are enough rows to train on.
    case rows(Int)
    /// Nothing is held out of the data of this name.
    case noDev(data: String)
    /// The number of rows that are there more than once.
    case doubles(Int)
    /// The number of inputs with different answers.
    case conflicts(Int)
    /// The number of held-out rows that are in train as well.
    case leaks(Int)
    /// The number of rows longer than the context of `limit` tokens.
    case longRows(Int, limit: Int)
    /// Counting pairs of tokens does better on dev than the model.
    case isFarAway(loss: Double, pairs: Double, isTuned: Bool)
    /// The model writes this share of the tokens already.
    case isNearlyRight(accuracy: Double, isTuned: Bool)
    /// The model does better on dev than counting pairs of tokens.
    case isNear(loss: Double, pairs: Double, isTuned: Bool)
    /// What a look-up gives.
    case lookUp(BaselineScore)

    /// Whether it speaks against training now.
    package var isConcern: Bool {
      switch self {
      case .rows, .isNear: false
      case .lookUp(let score): score.estimate.lower > 0.8
      default: true
      }
    }
  }

  /// What there is to know, in order.
  package private(set) var remarks: [Remark] = []

  /// How many things speak against training now.
  package var concernCount: Int { remarks.count(where: \.isConcern) }

  /// Few rows, rows that are there twice, rows that do not fit.
  fileprivate init(_ findings: DataFindings) {
    let count = findings.data.train.count
    remarks.append(count < 100 ? .fewRows(count) : .rows(count))
    if findings.data.dev.isEmpty { remarks.append(.noDev(data: findings.data.name)) }
    let doubles = findings.summary.duplicates
    if doubles.extraCount * 50 > count { remarks.append(.doubles(doubles.extraCount)) }
    if !doubles.conflicts.isEmpty { remarks.append(.conflicts(doubles.conflicts.count)) }
    if !findings.leakLines.isEmpty { remarks.append(.leaks(findings.leakLines.count)) }
    if !findings.longLines.isEmpty, let limit = findings.limit {
      remarks.append(.longRows(findings.longLines.count, limit: limit))
    }
  }

  /// How the model does beside counting pairs of tokens in the same rows.
  fileprivate mutating func consider(model: LossReport, counting: LossReport, isTuned: Bool) {
    let (loss, pairs) = (model.estimate(seed: 0).mean, counting.estimate(seed: 0).mean)
    if model.difference(from: counting, seed: 0).lower > 0 {
      remarks.append(.isFarAway(loss: loss, pairs: pairs, isTuned: isTuned))
    } else if model.accuracy > 0.9 {
      remarks.append(.isNearlyRight(accuracy: model.accuracy, isTuned: isTuned))
    } else {
      remarks.append(.isNear(loss: loss, pairs: pairs, isTuned: isTuned))
    }
  }

  /// A look-up that may already do it.
  fileprivate mutating func consider(_ baselines: [BaselineScore]) {
    remarks += baselines.map(Remark.lookUp)
  }
}

extension Session {
  /// Says, from measurements, whether to fine-tune on the current data; trains nothing.
  package func advise(tell: (VerbEvent) -> Void = { _ in }) throws(SessionError) -> Advice {
    let (model, data) = (try writingModel(), try loadedData())
    var advice = Advice(check(data))
    guard !data.dev.isEmpty else { return advice }
    let dev = try written(data.dev, named: "dev", of: model, looks: true, tell: tell)
    let train = try written(data.train, named: "train", of: model, looks: true, tell: tell)
    let counts = TokenCounts(train.examples, vocabularySize: model.model.config.vocabularySize)
    advice.consider(
      model: try measure(.tuned, of: model, on: dev, tell: tell),
      counting: counts.report(dev.examples, withTokenBefore: true), isTuned: model.isTuned)
    advice.consider(BaselineScore.answers(train: data.train, rows: data.dev))
    return advice
  }
}
