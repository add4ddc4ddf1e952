package import Datasets
import Mathematics
import Objectives
package import Scoring

/// What a head that chooses labels gave rows: the scores, and what follows from them.
package enum ClassReport: Sendable {
  /// Rows with one label each.
  case one(OneLabelReport)
  /// Rows with any number of labels.
  case several(SeveralLabelsReport)
  /// Rows with a number each.
  case number(NumberReport)

  /// Makes the report of the scores that rows were given; each row has what is wanted of `labels`.
  package init(
    _ labels: LabelSet, targets: [EncodedExample.LabelTarget], scores: [[Float]]
  ) {
    let scores = scores.map { $0.map(Double.init) }
    switch labels.kind {
    case .one:
      let right = targets.map { if case .one(let place) = $0 { place } else { 0 } }
      self = .one(OneLabelReport(labels.names, right: right, scores: scores))
    case .several:
      let right = targets.map { target -> Set<Int> in
        if case .several(let places) = target { Set(places) } else { [] }
      }
      self = .several(
        SeveralLabelsReport(
          labels: labels.names,
          rows: SeveralLabels(
            right: right, chosen: scores.map { Set(LabelShares.given($0)) },
            labelCount: labels.names.count)))
    case .number:
      let right = targets.map { if case .number(let number) = $0 { number } else { 0.0 } }
      self = .number(
        NumberReport(pairs: NumberPairs(right: right, given: scores.map { $0.first ?? 0 })))
    }
  }
}

/// How rows with one label each were labelled.
package struct OneLabelReport: Sendable {
  /// Which labels were given.
  package let pairs: LabelPairs
  /// The probability of each label that was given.
  package let probabilities: [Double]
  /// As any choice of labels is reported.
  package let labels: LabelReport

  init(_ names: [String], right: [Int], scores: [[Double]]) {
    let chosen = scores.map(LabelShares.likeliest)
    pairs = LabelPairs(right: right, chosen: chosen, labelCount: names.count)
    probabilities = zip(scores, chosen).map { LabelShares.ofOne($0)[$1] }
    labels = LabelReport(labels: names, confusion: pairs.confusion)
  }

  /// The mean of all labels' F1, with its 95 % interval.
  package var macroF1: Estimate {
    BootstrapInterval.statistic(count: pairs.right.count) { pairs.drawn($0).macroF1 }
  }

  /// The correlation of right and given labels, with its 95 % interval.
  package var matthewsCorrelation: Estimate {
    BootstrapInterval.statistic(count: pairs.right.count) { pairs.drawn($0).matthewsCorrelation }
  }

  /// How far probabilities are from what comes true, with its 95 % interval.
  package var calibrationError: Estimate {
    let isRight = zip(pairs.right, pairs.chosen).map { $0 == $1 }
    return BootstrapInterval.statistic(count: isRight.count) { rows in
      CalibrationError.expected(
        probabilities: rows.map { probabilities[$0] }, isRight: rows.map { isRight[$0] })
    }
  }
}

/// How rows with any number of labels were labelled.
package struct SeveralLabelsReport: Sendable {
  /// All labels, in the order of their places.
  package let labels: [String]
  /// Which labels were given.
  package let rows: SeveralLabels

  /// The share of rows that were given just their labels, with its 95 % interval.
  package var accuracy: Estimate {
    WilsonInterval.share(rows.correctCount, of: rows.right.count)
  }

  /// The mean of all labels' F1, with its 95 % interval.
  package var macroF1: Estimate {
    BootstrapInterval.statistic(count: rows.right.count) { rows.drawn($0).macroF1 }
  }

  /// The F1 over all labels of all rows, with its 95 % interval.
  package var microF1: Estimate {
    BootstrapInterval.statistic(count: rows.right.count) { rows.drawn($0).microF1 }
  }
}

/// How far numbers are from those that rows have.
package struct NumberReport: Sendable {
  /// The numbers.
  package let pairs: NumberPairs

  package init(pairs: NumberPairs) { self.pairs = pairs }

  /// The root of the mean squared error, with its 95 % interval.
  package var rootMeanSquaredError: Estimate {
    BootstrapInterval.statistic(count: pairs.right.count) { pairs.drawn($0).rootMeanSquaredError }
  }

  /// The correlation with the right numbers, with its 95 % interval.
  package var correlation: Estimate {
    BootstrapInterval.statistic(count: pairs.right.count) { pairs.drawn($0).pearsonCorrelation }
  }

  /// The root of the mean squared error of always giving their mean.
  package var baseline: Double {
    let mean = pairs.right.reduce(0, +) / Double(max(1, pairs.right.count))
    return NumberPairs(right: pairs.right, given: pairs.right.map { _ in mean })
      .rootMeanSquaredError
  }
}
