/// The label that each row has and the one that it was given, by their places among all.
package struct LabelPairs: Hashable, Sendable {
  /// The place of each row's label.
  package let right: [Int]
  /// The place of the label that each row was given.
  package let chosen: [Int]
  /// How many labels there are.
  package let labelCount: Int

  /// Makes pairs; there are as many of one as of the other, each a place below `labelCount`.
  package init(right: [Int], chosen: [Int], labelCount: Int) {
    precondition(right.count == chosen.count, "\(right.count) rows, \(chosen.count) given")
    self.right = right
    self.chosen = chosen
    self.labelCount = labelCount
  }

  /// Rows that were given their label.
  package var correctCount: Int { zip(right, chosen).count { $0 == $1 } }

  /// The share of rows that were given their label; 0 of none.
  package var accuracy: Double { Double(correctCount) / Double(max(1, right.count)) }

  /// Some of the rows, which may come several times.
  package func drawn(_ rows: [Int]) -> LabelPairs {
    LabelPairs(
      right: rows.map { right[$0] }, chosen: rows.map { chosen[$0] }, labelCount: labelCount)
  }

  /// How often each label is had, given, and both.
  func counts() -> (had: [Int], given: [Int], both: [Int]) {
    var (had, given, both) = (
      [Int](repeating: 0, count: labelCount), [Int](repeating: 0, count: labelCount),
      [Int](repeating: 0, count: labelCount)
    )
    for (one, other) in zip(right, chosen) {
      had[one] += 1
      given[other] += 1
      if one == other { both[one] += 1 }
    }
    return (had, given, both)
  }
}
