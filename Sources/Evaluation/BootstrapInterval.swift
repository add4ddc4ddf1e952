package import Mathematics

/// A mean with the range that holds it in 95 of 100 resamplings of the examples.
package struct Estimate: Hashable, Sendable {
  /// Of the examples themselves, not of the resamplings.
  package let mean: Double
  /// The value that 2.5 of 100 resamplings lie below.
  package let lower: Double
  /// The value that 2.5 of 100 resamplings lie above.
  package let upper: Double
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
    let count = sums.count
    let mean = sums.reduce(0, +) / max(weights.reduce(0, +), 1)
    guard count > 1 else { return Estimate(mean: mean, lower: mean, upper: mean) }
    var means: [Double] = []
    for round in 0..<rounds {
      var (sum, weight) = (0.0, 0.0)
      for draw in 0..<count {
        let bits = stream.bits(at: round * count + draw)
        let pick = Int(bits.multipliedFullWidth(by: UInt64(count)).high)
        sum += sums[pick]
        weight += weights[pick]
      }
      means.append(sum / max(weight, 1))
    }
    means.sort()
    return Estimate(
      mean: mean, lower: means[rounds * 25 / 1000], upper: means[rounds * 975 / 1000 - 1])
  }
}
