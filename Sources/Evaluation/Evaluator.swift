import Autograd
package import Datasets
package import Execution
import Mathematics
package import Models
package import Objectives
package import Tensors
package import Workers

/// The loss of a model on examples, example by example.
package struct LossReport: Sendable {
  /// Σ losses of an example's trained tokens, in nats.
  package let sums: [Double]
  /// Trained tokens of each example.
  package let tokenCounts: [Int]
  /// Of each example, trained tokens whose right continuation was the likeliest, or preferences that
  /// are met; empty where only losses were written down.
  package let correctCounts: [Int]
  /// How far the better answer of each example is ahead; empty where rows have no preferences.
  package var margins: [Double] = []

  /// The losses of examples that were measured here, or written down before.
  package init(
    sums: [Double], tokenCounts: [Int], correctCounts: [Int] = [], margins: [Double] = []
  ) {
    (self.sums, self.tokenCounts) = (sums, tokenCounts)
    (self.correctCounts, self.margins) = (correctCounts, margins)
  }

  /// Trained tokens whose right continuation was the likeliest, or preferences that are met.
  package var correctCount: Int { correctCounts.reduce(0, +) }

  /// Trained tokens of all examples: what the loss is a mean over.
  package var tokenCount: Int { tokenCounts.reduce(0, +) }

  /// Mean loss per trained token, in nats.
  package var loss: Double { sums.reduce(0, +) / Double(max(1, tokenCount)) }

  /// Among how many equally likely tokens the model seems to choose.
  package var perplexity: Double { exponential(loss) }

  /// The share of trained tokens predicted as the likeliest.
  package var accuracy: Double { Double(correctCount) / Double(max(1, tokenCount)) }

  /// How far better answers are ahead in the mean; nil where rows have no preferences.
  package var margin: Double? {
    margins.isEmpty ? nil : margins.reduce(0, +) / Double(margins.count)
  }

  /// The loss with its 95 % interval over examples.
  package func estimate(seed: UInt64) -> Estimate {
    BootstrapInterval.ratio(
      sums: sums, weights: tokenCounts.map(Double.init),
      stream: RandomStream(seed: seed, purpose: .resampling))
  }

  /// This report's loss less that of `other` on the same examples, with its interval: examples
  /// are drawn in pairs, so what both find hard does not blur the difference.
  package func difference(from other: LossReport, seed: UInt64) -> Estimate {
    precondition(tokenCounts == other.tokenCounts, "two reports on different examples")
    return BootstrapInterval.ratio(
      sums: zip(sums, other.sums).map { $0 - $1 }, weights: tokenCounts.map(Double.init),
      stream: RandomStream(seed: seed, purpose: .resampling))
  }
}

extension LossReport {
  /// The examples that this report has at less loss than `other`, at more, and as much.
  package func tally(from other: LossReport) -> RowTally {
    RowTally(zip(other.sums, sums).map { $0 - $1 })
  }
}

/// Measures a model on held-out examples, all of them, in order, each time the same.
package enum Evaluator {
  /// Computes the loss of every example, `microbatchTokens` tokens at a time.
  ///
  /// `stop` is asked between batches, and makes the result nil; `progress` is told the
  /// share done. A training lends its arena, which is free between steps. The workers of `team` each
  /// measure some of the examples, and all get the report.
  package static func loss(
    of model: Transformer, on examples: [EncodedExample],
    by objective: any Objective, microbatchTokens: Int, arena: Arena? = nil,
    stop: StopFlag = StopFlag(), team: Team? = nil, progress: (Double) -> Void = { _ in }
  ) -> LossReport? {
    let arena = arena ?? Arena(model.device)
    let stop = team?.wish ?? stop
    let objective = objective.readied(
      for: examples,
      by: Measuring(model, microbatchTokens: microbatchTokens, arena: arena, stop: stop))
    let own = team.map { Array(examples[$0.share(of: examples.count)]) } ?? examples
    let report = loss(
      of: model, on: own, by: objective, microbatchTokens: microbatchTokens, arena: arena,
      stop: stop, progress: progress)
    guard let team else { return report }
    return joined(report, by: team)
  }

  /// The loss of every example by the very model that they were referred to, as
  /// ``loss(of:on:by:microbatchTokens:arena:stop:team:progress:)`` gives it; nil where the model has to be
  /// run.
  package static func loss(
    ofReferred examples: [EncodedExample], by objective: any Objective
  ) -> LossReport? {
    let losses = examples.compactMap(objective.losses(ofReferred:))
    guard losses.count == examples.count else { return nil }
    return LossReport(
      sums: losses.map { $0.losses.reduce(0) { $0 + Double($1) } },
      tokenCounts: examples.map(objective.lossCount(of:)),
      correctCounts: losses.map { $0.isCorrect.count { $0 } },
      margins: losses.flatMap { $0.margins.map(Double.init) })
  }

  /// What the workers found of their examples, put together; nil when any of them was stopped.
  private static func joined(_ report: LossReport?, by team: Team) -> LossReport? {
    let isWhole = team.gather(.evaluation, [report == nil ? UInt8(0) : 1])
    guard isWhole.allSatisfy({ $0 == [1] }) else { return nil }
    return LossReport(
      sums: team.gather(.evaluation, report?.sums ?? []).flatMap(\.self),
      tokenCounts: team.gather(.evaluation, report?.tokenCounts ?? []).flatMap(\.self),
      correctCounts: team.gather(.evaluation, report?.correctCounts ?? []).flatMap(\.self),
      margins: team.gather(.evaluation, report?.margins ?? []).flatMap(\.self))
  }

  /// Measures examples here, by an objective that knows all that are measured.
  private static func loss(
    of model: Transformer, on examples: [EncodedExample], by objective: any Objective,
    microbatchTokens: Int, arena: Arena, stop: StopFlag, progress: (Double) -> Void
  ) -> LossReport? {
    var sums: [Double] = []
    var tokenCounts: [Int] = []
    var correctCounts: [Int] = []
    var margins: [Double] = []
    // A row has the same loss in any company, so that what rows begin with may be computed once.
    let objective = objective.sharingPrefixes(model.blueprint.keepsKeys)
    let groups = RowGroups(examples, sharing: objective.sharesPrefixes)
    let grouped = groups.order.map { examples[$0] }
    for part in groups.microBatches(budget: microbatchTokens) {
      if stop.isRequested { return nil }
      let tape = Tape(arena: arena, isRecording: false)
      let losses = objective.losses(
        of: grouped[part.rows], by: model, on: tape, dropout: nil, factor: 1)
      var start = 0
      for count in grouped[part.rows].map(objective.lossCount(of:)) {
        sums.append(losses.losses[start..<start + count].reduce(0) { $0 + Double($1) })
        tokenCounts.append(count)
        correctCounts.append(losses.isCorrect[start..<start + count].count { $0 })
        start += count
      }
      margins += losses.margins.map(Double.init)
      progress(Double(sums.count) / Double(examples.count))
    }
    return LossReport(
      sums: groups.ungrouped(sums), tokenCounts: groups.ungrouped(tokenCounts),
      correctCounts: groups.ungrouped(correctCounts), margins: groups.ungrouped(margins))
  }
}
