extension NumberPairs {
  /// How much the numbers that rows have and those that they were given rise together, from −1 to 1; 0
  /// where one of the two never changes.
  ///
  /// Source: Pearson 1895, "Notes on regression and inheritance in the case of two parents".
  package var pearsonCorrelation: Double {
    let count = Double(max(1, right.count))
    let (mean, givenMean) = (right.reduce(0, +) / count, given.reduce(0, +) / count)
    var (spread, givenSpread, cross) = (0.0, 0.0, 0.0)
    for (one, other) in zip(right, given) {
      spread += (one - mean) * (one - mean)
      givenSpread += (other - givenMean) * (other - givenMean)
      cross += (one - mean) * (other - givenMean)
    }
    let product = spread * givenSpread
    return product > 0 ? cross / product.squareRoot() : 0
  }
}
