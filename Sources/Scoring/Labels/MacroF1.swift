extension LabelPairs {
  /// The harmonic mean of precision and recall of each label that a row has or was given, and the mean
  /// of these: labels count alike, however many rows have each.
  ///
  /// As scikit-learn's `f1_score(average="macro")`; 0 of no rows.
  package var macroF1: Double {
    let (had, given, both) = counts()
    var (sum, count) = (0.0, 0)
    for place in 0..<labelCount where had[place] + given[place] > 0 {
      sum += 2 * Double(both[place]) / Double(had[place] + given[place])
      count += 1
    }
    return count == 0 ? 0 : sum / Double(count)
  }
}
