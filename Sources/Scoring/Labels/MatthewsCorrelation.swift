extension LabelPairs {
  /// The correlation of the labels that rows have and those that they were given: 1 where all are right,
  /// about 0 by chance, and 0 where only one label is had, or given.
  ///
  /// Source: Gorodkin 2004, "Comparing two K-category assignments by a K-category correlation
  /// coefficient", as scikit-learn's `matthews_corrcoef`.
  package var matthewsCorrelation: Double {
    let (had, given, _) = counts()
    let total = Double(right.count)
    let (had2, given2, cross) = (0..<labelCount).reduce((0.0, 0.0, 0.0)) { sums, place in
      let (one, other) = (Double(had[place]), Double(given[place]))
      return (sums.0 + one * one, sums.1 + other * other, sums.2 + one * other)
    }
    let spread = (total * total - had2) * (total * total - given2)
    guard spread > 0 else { return 0 }
    return (Double(correctCount) * total - cross) / spread.squareRoot()
  }
}
