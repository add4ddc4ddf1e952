import Mathematics
package import Scoring

/// A measure of two models on the same rows: each, their difference, and how many rows each does better.
package struct PairedScore: Sendable {
  /// What was measured.
  package let measure: Measure
  /// The first model's.
  package let base: Estimate
  /// The second model's.
  package let tuned: Estimate
  /// The second less the first, its interval from drawing rows in pairs.
  package let difference: Estimate
  /// The rows that the second model does better, worse and as well.
  package let rows: RowTally

  /// Something that is measured of both models.
  package enum Measure: Sendable {
    /// Of what they write, or how well they predict it.
    case texts(TextMetric)
    /// Of how well their vectors find texts.
    case ranks(RetrievalReport.Measure)

    /// What it is called, in tables and records.
    package var name: String {
      switch self {
      case .texts(let metric): metric.name
      case .ranks(let measure): measure.rawValue
      }
    }

    var prefersLess: Bool {
      switch self {
      case .texts(let metric): metric.prefersLess
      case .ranks: false
      }
    }
  }

  /// Measures how well two models find the texts that belong to the same queries, at least one.
  package init(
    _ measure: RetrievalReport.Measure, base: RetrievalReport, tuned: RetrievalReport
  ) {
    precondition(base.ranks.count == tuned.ranks.count, "two models on different queries")
    self.measure = .ranks(measure)
    (self.base, self.tuned) = (base.estimate(measure), tuned.estimate(measure))
    let gains = zip(base.ranks, tuned.ranks).map { measure.value($1) - measure.value($0) }
    difference = BootstrapInterval.mean(of: gains, seed: 0)
    rows = RowTally(gains)
  }

  /// Measures two models' answers to the same rows, at least one.
  package init(_ metric: TextMetric, base: [WrittenAnswer], tuned: [WrittenAnswer]) {
    self.init(
      metric, base: (TextScore(metric, answers: base), metric.answerCounts(base)),
      tuned: (TextScore(metric, answers: tuned), metric.answerCounts(tuned)))
  }

  /// Measures two models' losses on the same rows, at least one.
  package init(_ metric: TextMetric, base: [TextLoss], tuned: [TextLoss]) {
    self.init(
      metric, base: (TextScore(metric, losses: base), metric.lossCounts(base)),
      tuned: (TextScore(metric, losses: tuned), metric.lossCounts(tuned)))
  }

  private init(
    _ metric: TextMetric, base: (score: TextScore, counts: [[Double]]),
    tuned: (score: TextScore, counts: [[Double]])
  ) {
    precondition(base.counts.count == tuned.counts.count, "two models on different rows")
    measure = .texts(metric)
    (self.base, self.tuned) = (base.score.estimate, tuned.score.estimate)
    let width = base.counts[0].count
    difference = BootstrapInterval.score(
      of: zip(base.counts, tuned.counts).map(+),
      stream: RandomStream(seed: 0, purpose: .resampling)
    ) { metric.score(Array($0[width...])) - metric.score(Array($0[..<width])) }
    let gain = metric.prefersLess ? -1.0 : 1
    rows = RowTally(
      zip(base.counts, tuned.counts).map { gain * (metric.score($1) - metric.score($0)) })
  }

  /// Whether the second model is better, beyond noise.
  package var isBetter: Bool {
    rows.count > 1 && (measure.prefersLess ? difference.upper < 0 : difference.lower > 0)
  }

  /// Whether it is worse, beyond noise.
  package var isWorse: Bool {
    rows.count > 1 && (measure.prefersLess ? difference.lower > 0 : difference.upper < 0)
  }
}

/// How many rows one model does better than another.
package struct RowTally: Hashable, Sendable {
  /// Rows that gain.
  package let wins: Int
  /// Rows that lose.
  package let losses: Int
  /// Rows that stay as they are.
  package let ties: Int

  /// Counts what rows gained.
  package init(_ gains: [Double]) {
    wins = gains.count { $0 > 0 }
    losses = gains.count { $0 < 0 }
    ties = gains.count - wins - losses
  }

  /// All of them.
  package var count: Int { wins + losses + ties }
}

extension Estimate {
  /// How many rows would show a difference of this size four times in five, judged by how much it
  /// varies among the `count` rows it was found on; nil where it is nothing.
  ///
  /// `n · ((z₀.₉₇₅ + z₀.₈) · standard error / difference)²`, rounded up.
  package func neededCount(from count: Int) -> Int? {
    let error = (upper - lower) / (2 * 1.959_963_984_540_054)
    guard mean != 0, error > 0 else { return nil }
    let ratio = (1.959_963_984_540_054 + 0.841_621_233_572_914) * error / abs(mean)
    return Int(exactly: (Double(count) * ratio * ratio).rounded(.up))
  }
}
