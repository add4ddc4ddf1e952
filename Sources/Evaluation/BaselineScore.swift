package import Datasets

/// How far something comes that needs no training.
package struct BaselineScore: Hashable, Sendable {
  /// What answers, or predicts tokens.
  package enum Kind: Hashable, Sendable {
    /// Always the most frequent label.
    case majority(label: String)
    /// The answer of the nearest row of those to learn from.
    case nearestRow
    /// Counts of tokens.
    case tokenFrequency
    /// Counts of tokens after the token before.
    case tokenPairs
    /// The model itself, to stand beside the others.
    case model
  }

  /// What is measured.
  package enum Measure: Hashable, Sendable {
    /// The share of rows that are right.
    case right
    /// The words shared with the wanted answer.
    case wordF1
    /// Nats per trained token.
    case loss
  }

  /// What answers.
  package let kind: Kind
  /// What is measured.
  package let measure: Measure
  /// How it came out, with its 95 % interval.
  package let estimate: Estimate

  /// The loss that a report has.
  package init(_ kind: Kind, _ report: LossReport) {
    (self.kind, measure, estimate) = (kind, .loss, report.estimate(seed: 0))
  }

  /// How many rows the model gives the right answer.
  package init(_ kind: Kind, right count: Int, of rowCount: Int) {
    (self.kind, measure) = (kind, .right)
    estimate = WilsonInterval.share(count, of: rowCount)
  }

  /// The mean of one value in `0...1` a row.
  private init(_ kind: Kind, _ measure: Measure, _ values: [Double]) {
    (self.kind, self.measure) = (kind, measure)
    estimate = BootstrapInterval.mean(of: values, seed: 0)
  }
}

extension BaselineScore {
  /// What a look-up in `train` would answer to rows; nothing for plain text, which has no answers.
  package static func answers(train: [Example], rows: [Example]) -> [BaselineScore] {
    guard train.contains(where: { !$0.target.isEmpty }) else { return [] }
    let index = NearestRows(train)
    let answers = rows.map { (index.nearest(to: $0)?.target ?? "", $0.target) }
    guard case .labelled = train[0].content else {
      return [BaselineScore(.nearestRow, .wordF1, answers.map(AnswerOverlap.wordF1))]
    }
    let majority = mostFrequent(train.map(\.target))
    return [
      BaselineScore(
        .majority(label: majority), .right, rows.map { $0.target == majority ? 1 : 0 }),
      BaselineScore(
        .nearestRow, .right, answers.map { AnswerOverlap.isSame($0, $1) ? 1.0 : 0 }),
    ]
  }

  /// The most frequent text, the first by alphabet of equal ones.
  private static func mostFrequent(_ texts: [String]) -> String {
    let counts = Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +)
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
  }
}
