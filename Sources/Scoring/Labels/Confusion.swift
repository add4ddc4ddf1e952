extension LabelPairs {
  /// `confusion[right][chosen]`: how many rows of a label were given which.
  package var confusion: [[Int]] {
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: labelCount), count: labelCount)
    for (one, other) in zip(right, chosen) { counts[one][other] += 1 }
    return counts
  }
}
