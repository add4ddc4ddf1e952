/// How far the probabilities that a model gives its choices are from how often these are right.
package enum CalibrationError {
  /// Ranges of probability that are looked at apart.
  package static let binCount = 15

  /// The mean distance, over rows, of a range's mean probability and its share of right rows.
  ///
  /// It is 0 of no rows. Probabilities are in `0...1`; one on a border belongs to the range above it, 1 to the last.
  ///
  /// Source: Guo et al. 2017, arXiv:1706.04599, equation 3.
  package static func expected(
    probabilities: [Double], isRight: [Bool], binCount: Int = binCount
  ) -> Double {
    precondition(probabilities.count == isRight.count, "\(probabilities.count), \(isRight.count)")
    var sums = [Double](repeating: 0, count: binCount)
    for (probability, isRight) in zip(probabilities, isRight) {
      let bin = min(max(0, Int(probability * Double(binCount))), binCount - 1)
      sums[bin] += probability - (isRight ? 1 : 0)
    }
    return sums.reduce(0) { $0 + abs($1) } / Double(max(1, probabilities.count))
  }
}
