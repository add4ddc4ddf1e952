package import Execution
package import Generation
import Mathematics
package import Models
package import Workers

/// How often a model gives rows their label, when it must choose one of all labels.
package struct LabelReport: Hashable, Sendable {
  /// The labels that were to choose from; ``confusion`` is in their order.
  package let labels: [String]
  /// `confusion[right][chosen]`: how many rows of a label were given which.
  package let confusion: [[Int]]
  /// Whether all likelihoods were numbers; where one was not, nothing was chosen.
  package let isFinite: Bool
  /// Rows for which all labels together are so unlikely that the model would hardly write any.
  package let unlikelyCount: Int

  /// Makes a report of counts.
  package init(
    labels: [String], confusion: [[Int]], isFinite: Bool = true, unlikelyCount: Int = 0
  ) {
    self.labels = labels
    self.confusion = confusion
    self.isFinite = isFinite
    self.unlikelyCount = unlikelyCount
  }

  /// Rows that were asked about.
  package var rowCount: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }

  /// Rows that were given their label.
  package var correctCount: Int { labels.indices.reduce(0) { $0 + confusion[$1][$1] } }

  /// The share of rows that were given their label, with its 95 % interval.
  package var accuracy: Estimate { WilsonInterval.share(correctCount, of: rowCount) }

  /// The commonest label of these rows, the first of equals, and the share that has it: what
  /// always giving one label gets right.
  package var baseline: (label: String, share: Double) {
    let counts = confusion.map { $0.reduce(0, +) }
    let commonest = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
    return (labels[commonest], Double(counts[commonest]) / Double(rowCount))
  }

  /// A label taken for another.
  package struct Mistake: Hashable, Sendable {
    /// The label that the rows have.
    package let right: String
    /// The label that they were given.
    package let chosen: String
    /// How many rows.
    package let count: Int
  }

  /// The mistakes, most frequent first, then in the order of the labels.
  package var mistakes: [Mistake] {
    var found: [Mistake] = []
    for (right, counts) in confusion.enumerated() {
      for (chosen, count) in counts.enumerated() where chosen != right && count > 0 {
        found.append(Mistake(right: labels[right], chosen: labels[chosen], count: count))
      }
    }
    return found.enumerated()
      .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
  }
}

/// Measures a model as a classifier.
package enum LabelEvaluator {
  /// Asks, for each question, which answer is the likeliest; `right[i]` is the one that question
  /// i should have, and the answers of each are those of `labels`, in order.
  ///
  /// `stop` is asked now and then, and makes the result nil; `progress` is told the share
  /// done. The workers of `team` each ask some of the questions, and all get the report.
  package static func report(
    of model: Transformer, _ questions: [Question], right: [Int], labels: [String],
    stop: StopFlag = StopFlag(), team: Team? = nil, progress: (Double) -> Void = { _ in }
  ) -> LabelReport? {
    guard let team else {
      return ownReport(
        of: model, questions, right: right, labels: labels, stop: stop, progress: progress)
    }
    let own = team.share(of: questions.count)
    return joined(
      ownReport(
        of: model, Array(questions[own]), right: Array(right[own]), labels: labels,
        stop: team.wish, progress: progress), by: team)
  }

  /// What the workers found of their questions, put together; nil when any of them was stopped.
  private static func joined(_ report: LabelReport?, by team: Team) -> LabelReport? {
    let isWhole = team.gather(.evaluation, [report == nil ? UInt8(0) : 1])
    guard isWhole.allSatisfy({ $0 == [1] }), let report else { return nil }
    let counts = team.gather(.evaluation, report.confusion.flatMap(\.self))
    let width = report.labels.count
    return LabelReport(
      labels: report.labels,
      confusion: (0..<width).map { right in
        (0..<width).map { chosen in counts.reduce(0) { $0 + $1[right * width + chosen] } }
      },
      isFinite: !team.gather(.evaluation, [report.isFinite ? UInt8(1) : 0]).contains([0]),
      unlikelyCount: team.gather(.evaluation, [report.unlikelyCount]).joined().reduce(0, +))
  }

  /// Asks questions here.
  private static func ownReport(
    of model: Transformer, _ questions: [Question], right: [Int], labels: [String],
    stop: StopFlag, progress: (Double) -> Void
  ) -> LabelReport? {
    precondition(questions.count == right.count, "\(questions.count), \(right.count) answers")
    let scores = AnswerScorer(model: model).scores(questions, stop: stop, progress: progress)
    guard let scores else { return nil }
    var confusion = labels.map { _ in labels.map { _ in 0 } }
    var isFinite = true
    var unlikelyCount = 0
    for (label, scores) in zip(right, scores) {
      isFinite = isFinite && scores.allSatisfy(\.logProbability.isFinite)
      confusion[label][likeliest(scores)] += 1
      let together = scores.reduce(0) { $0 + exponential($1.logProbability) }
      if together < AnswerShares.leastTogether { unlikelyCount += 1 }
    }
    return LabelReport(
      labels: labels, confusion: confusion, isFinite: isFinite, unlikelyCount: unlikelyCount)
  }

  /// The place of the likeliest answer, the first of equals.
  private static func likeliest(_ scores: [AnswerScore]) -> Int {
    let sums = scores.map(\.logProbability)
    return sums.indices.reduce(0) { sums[$1] > sums[$0] ? $1 : $0 }
  }
}
