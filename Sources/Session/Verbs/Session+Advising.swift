import Checkpoints
import Datasets
package import Evaluation
import Execution
import Models
import Objectives

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
    /// So few rows are held out that a share of one half is known no better than this.
    case fewDev(Int, half: Estimate)
    /// What a simple method gives.
    case lookUp(BaselineScore)
    /// How early what belongs to queries is found, by the model's vectors and by words: nDCG@10.
    case finding(vectors: Estimate, words: Estimate, isTuned: Bool)
    /// A classifier of words does no better than always the most frequent label.
    case isChance(BaselineScore, majority: BaselineScore)

    /// Whether it speaks against training now.
    package var isConcern: Bool {
      switch self {
      case .rows, .isNear: false
      case .lookUp(let score): Advice.isEnough(score.estimate)
      case .finding(let vectors, let words, _): [vectors, words].contains(where: Advice.isEnough)
      default: true
      }
    }
  }

  /// What to do, as measured.
  package enum Verdict: String, Sendable {
    /// Nothing measured speaks for another way.
    case train
    /// There are too few rows to learn from, or to tell whether it helped.
    case moreData = "more data"
    /// The rows have to be mended first.
    case mendData = "mend the data"
    /// A simple method, or the model as it is, does it.
    case doNotTrain = "do not train"
  }

  /// Answers that are right at least so often leave little to gain.
  fileprivate static let enough = 0.8

  /// Whether a simple method does it, beyond noise.
  fileprivate static func isEnough(_ estimate: Estimate) -> Bool { estimate.lower > enough }

  /// What to do: what weighs most of all that was found.
  package var verdict: Verdict {
    if remarks.contains(where: { if case .fewRows = $0 { true } else { false } }) {
      return .moreData
    }
    let isDone = remarks.contains { remark in
      switch remark {
      case .lookUp, .finding: remark.isConcern
      case .isNearlyRight: true
      default: false
      }
    }
    if isDone { return .doNotTrain }
    let isWrong = remarks.contains { remark in
      switch remark {
      case .isChance, .leaks, .conflicts: true
      default: false
      }
    }
    if isWrong { return .mendData }
    let isBlind = remarks.contains { remark in
      switch remark {
      case .noDev, .fewDev: true
      default: false
      }
    }
    return isBlind ? .moreData : .train
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

  /// How well texts are found before any training.
  fileprivate mutating func consider(_ evaluation: RetrievalEvaluation, isTuned: Bool) {
    remarks.append(
      .finding(
        vectors: evaluation.vectors.estimate(.discountedGain),
        words: evaluation.words.estimate(.discountedGain), isTuned: isTuned))
  }

  /// Rows of dev that are too few to tell much.
  fileprivate mutating func consider(devCount count: Int) {
    guard (1..<Self.leastDev).contains(count) else { return }
    remarks.append(.fewDev(count, half: WilsonInterval.share(count / 2, of: count)))
  }

  /// With fewer rows a share is not known better than a tenth to either side.
  private static let leastDev = 30

  /// Simple methods of which one may already do it: always one label, and the best of the others.
  fileprivate mutating func consider(_ baselines: [BaselineScore]) {
    var (majority, others): (BaselineScore?, [BaselineScore]) = (nil, [])
    for score in baselines {
      if case .majority = score.kind { majority = score } else { others.append(score) }
    }
    if let majority { remarks.append(.lookUp(majority)) }
    let classifier = others.first { $0.kind == .wordClassifier }
    if let best = others.max(by: { $0.estimate.mean < $1.estimate.mean }) {
      remarks.append(.lookUp(best))
    }
    if let majority, let classifier, classifier.estimate.lower <= majority.estimate.mean,
      !Remark.lookUp(majority).isConcern
    {
      remarks.append(.isChance(classifier, majority: majority))
    }
  }
}

extension Session {
  /// Says, from measurements, whether to fine-tune on the current data; trains nothing.
  package func advise(tell: (VerbEvent) -> Void = { _ in }) throws(SessionError) -> Advice {
    let (model, data) = (try loadedModel(), try loadedData())
    var advice = Advice(check(data))
    guard !data.dev.isEmpty else { return advice }
    advice.consider(devCount: data.dev.count)
    if try objectiveKind(for: data.dev, named: "dev", of: model, under: settings) == .retrieve {
      advice.consider(try evaluateRetrieval(tell: tell), isTuned: model.isTuned)
      return advice
    }
    if model.writes { try consider(data, by: model, &advice, tell: tell) }
    let baselines = Baselines(train: data.train)
    advice.consider(
      baselines.scores(of: data.dev, by: baselines.usualMetrics) { [stop] in stop.isRequested })
    if stop.isRequested { throw .stopped }
    return advice
  }

  /// How the model does on dev beside counting pairs of tokens.
  private func consider(
    _ data: LoadedData, by model: LoadedModel, _ advice: inout Advice, tell: (VerbEvent) -> Void
  ) throws(SessionError) {
    let dev = try written(data.dev, named: "dev", of: model, looks: true, tell: tell)
    let train = try written(data.train, named: "train", of: model, looks: true, tell: tell)
    let counts = TokenCounts(train.examples, vocabularySize: model.model.config.vocabularySize)
    advice.consider(
      model: try measure(.tuned, of: model, on: dev, tell: tell),
      counting: counts.report(dev.examples, withTokenBefore: true), isTuned: model.isTuned)
  }
}
