/// The labels that each row has and those that it was given, where a row may have any number of them.
package struct SeveralLabels: Hashable, Sendable {
  /// The places of each row's labels.
  package let right: [Set<Int>]
  /// The places of those that each row was given.
  package let chosen: [Set<Int>]
  /// How many labels there are.
  package let labelCount: Int

  /// Makes rows; there are as many of one as of the other, all places below `labelCount`.
  package init(right: [Set<Int>], chosen: [Set<Int>], labelCount: Int) {
    precondition(right.count == chosen.count, "\(right.count) rows, \(chosen.count) given")
    self.right = right
    self.chosen = chosen
    self.labelCount = labelCount
  }

  /// Rows that were given just their labels.
  package var correctCount: Int { zip(right, chosen).count { $0 == $1 } }

  /// The mean over all labels of the harmonic mean of precision and recall, 0 of one that no row has or
  /// was given: as scikit-learn's `f1_score(average="macro", zero_division=0)` of indicators.
  package var macroF1: Double {
    let counts = counts()
    let sum = counts.reduce(0.0) { sum, count in
      sum
        + (count.had + count.given == 0
          ? 0 : 2 * Double(count.both) / Double(count.had + count.given))
    }
    return sum / Double(max(1, labelCount))
  }

  /// The harmonic mean of precision and recall over all labels of all rows; 0 where there are none.
  package var microF1: Double {
    let (had, given, both) = counts().reduce((0, 0, 0)) {
      ($0.0 + $1.had, $0.1 + $1.given, $0.2 + $1.both)
    }
    return had + given == 0 ? 0 : 2 * Double(both) / Double(had + given)
  }

  /// Some of the rows, which may come several times.
  package func drawn(_ rows: [Int]) -> SeveralLabels {
    SeveralLabels(
      right: rows.map { right[$0] }, chosen: rows.map { chosen[$0] }, labelCount: labelCount)
  }

  /// How many rows have a label, were given it, and both, of each label.
  package func counts() -> [(had: Int, given: Int, both: Int)] {
    var counts = [(had: Int, given: Int, both: Int)](repeating: (0, 0, 0), count: labelCount)
    for (one, other) in zip(right, chosen) {
      for place in one { counts[place].had += 1 }
      for place in other { counts[place].given += 1 }
      for place in one.intersection(other) { counts[place].both += 1 }
    }
    return counts
  }
}
