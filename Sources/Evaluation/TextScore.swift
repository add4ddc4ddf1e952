import Mathematics
package import Scoring

/// A measure of texts over some rows, with its 95 % interval.
package struct TextScore: Sendable {
  /// What was measured.
  package let metric: TextMetric
  /// How it came out, the same each time.
  package let estimate: Estimate
  /// The number of rows that it is of.
  package let count: Int

  /// Measures the losses of rows, at least one.
  package init(_ metric: TextMetric, losses: [TextLoss]) {
    self.init(metric, counts: metric.lossCounts(losses))
  }

  /// Measures answers, at least one.
  package init(_ metric: TextMetric, answers: [WrittenAnswer]) {
    self.init(metric, counts: metric.answerCounts(answers))
  }

  /// A share that was counted: `count` of `rowCount` rows.
  package init(_ metric: TextMetric, count: Int, of rowCount: Int) {
    (self.metric, self.count) = (metric, rowCount)
    estimate = WilsonInterval.share(count, of: rowCount)
  }

  /// The loss of a report, drawn again as ``LossReport/estimate(seed:)`` draws it.
  package init(_ report: LossReport) {
    (metric, estimate, count) = (TextMetric.loss, report.estimate(seed: 0), report.sums.count)
  }

  /// A share that was counted has Wilson's interval, anything else that of drawing rows again.
  private init(_ metric: TextMetric, counts: [[Double]]) {
    precondition(!counts.isEmpty, "\(metric.name) of no row")
    (self.metric, count) = (metric, counts.count)
    estimate =
      metric.isShare
      ? WilsonInterval.share(counts.count { $0[0] > 0 }, of: counts.count)
      : BootstrapInterval.score(
        of: counts, stream: RandomStream(seed: 0, purpose: .resampling), metric.score)
  }
}
