package import Mathematics

/// A mean with the range that holds it in 95 of 100 resamplings of the examples.
package struct Estimate: Hashable, Sendable {
  /// Of the examples themselves, not of the resamplings.
  package let mean: Double
  /// The value that 2.5 of 100 resamplings lie below.
  package let lower: Double
  /// The value that 2.5 of 100 resamplings lie above.
  package let upper: Double

  package init(mean: Double, lower: Double, upper: Double) {
    (self.mean, self.lower, self.upper) = (mean, lower, upper)
  }
}

/// Intervals by the bootstrap: examples are drawn again with replacement, many times.
///
/// Source: Efron 1979, "Bootstrap Methods: Another Look at the Jackknife", percentile form.
package enum BootstrapInterval {
  /// Resamplings: enough that the ends move by about a hundredth of the width between seeds.
  static let rounds = 1000

  /// Estimates the mean of one value an example.
  package static func mean(of values: [Double], seed: UInt64) -> Estimate {
    ratio(
      sums: values, weights: values.map { _ in 1 },
      stream: RandomStream(seed: seed, purpose: .resampling))
  }

  /// Estimates Σ sums / Σ weights, drawing whole examples: the loss of a token, with tokens of
  /// one example kept together.
  package static func ratio(sums: [Double], weights: [Double], stream: RandomStream) -> Estimate {
    precondition(sums.count == weights.count, "\(sums.count) sums, \(weights.count) weights")
    return score(of: zip(sums, weights).map { [$0, $1] }, stream: stream) { $0[0] / max($0[1], 1) }
  }

  /// Estimates a function of the sums of several counts an example, as BLEU is one.
  package static func score(
    of counts: [[Double]], stream: RandomStream, _ score: ([Double]) -> Double
  ) -> Estimate {
    let (count, width) = (counts.count, counts.first?.count ?? 0)
    precondition(counts.allSatisfy { $0.count == width }, "rows of several widths")
    let flat = counts.flatMap(\.self)
    var sums = [Double](repeating: 0, count: width)
    for row in counts { for column in 0..<width { sums[column] += row[column] } }
    let mean = score(sums)
    guard count > 1 else { return Estimate(mean: mean, lower: mean, upper: mean) }
    var scores: [Double] = []
    for round in 0..<rounds {
      for column in 0..<width { sums[column] = 0 }
      for draw in 0..<count {
        let start = place(draw, of: count, in: round, stream) * width
        for column in 0..<width { sums[column] += flat[start + column] }
      }
      scores.append(score(sums))
    }
    return estimate(mean, scores)
  }

  /// The row of `count` that draw `draw` of a round takes.
  @inline(__always)
  static func place(_ draw: Int, of count: Int, in round: Int, _ stream: RandomStream) -> Int {
    let bits = stream.bits(at: round * count + draw)
    return Int(bits.multipliedFullWidth(by: UInt64(count)).high)
  }

  /// The estimate that the values of all rounds make.
  static func estimate(_ mean: Double, _ values: [Double]) -> Estimate {
    let sorted = values.sorted()
    return Estimate(
      mean: mean, lower: sorted[rounds * 25 / 1000], upper: sorted[rounds * 975 / 1000 - 1])
  }
}
