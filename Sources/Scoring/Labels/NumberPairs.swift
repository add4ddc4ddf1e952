/// The number that each row has and the one that it was given.
package struct NumberPairs: Hashable, Sendable {
  /// The number of each row.
  package let right: [Double]
  /// The number that each row was given.
  package let given: [Double]

  /// Makes pairs; there are as many of one as of the other.
  package init(right: [Double], given: [Double]) {
    precondition(right.count == given.count, "\(right.count) rows, \(given.count) given")
    self.right = right
    self.given = given
  }

  /// The root of the mean squared difference, as scikit-learn's `root_mean_squared_error`; 0 of no rows.
  package var rootMeanSquaredError: Double {
    let sum = zip(right, given).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (sum / Double(max(1, right.count))).squareRoot()
  }

  /// The mean size of the difference; 0 of no rows.
  package var meanAbsoluteError: Double {
    zip(right, given).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(max(1, right.count))
  }

  /// Some of the rows, which may come several times.
  package func drawn(_ rows: [Int]) -> NumberPairs {
    NumberPairs(right: rows.map { right[$0] }, given: rows.map { given[$0] })
  }
}
