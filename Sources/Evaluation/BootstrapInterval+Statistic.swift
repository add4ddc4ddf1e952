import Mathematics

extension BootstrapInterval {
  /// Estimates what `statistic` makes of `count` rows, of which it is given some by their places, and
  /// once all in order.
  static func statistic(count: Int, seed: UInt64 = 0, of statistic: ([Int]) -> Double) -> Estimate {
    let whole = statistic(Array(0..<count))
    guard count > 1 else { return Estimate(mean: whole, lower: whole, upper: whole) }
    let stream = RandomStream(seed: seed, purpose: .resampling)
    return estimate(
      whole,
      (0..<rounds).map { round in
        statistic((0..<count).map { place($0, of: count, in: round, stream) })
      })
  }
}
