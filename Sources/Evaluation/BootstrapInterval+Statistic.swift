import Mathematics

extension BootstrapInterval {
  /// Estimates what `statistic` makes of `count` rows, of which it is given some by their places, and
  /// once all in order.
  static func statistic(count: Int, seed: UInt64 = 0, of statistic: ([Int]) -> Double) -> Estimate {
    let whole = statistic(Array(0..<count))
    guard count > 1 else { return Estimate(mean: whole, lower: whole, upper: whole) }
    let stream = RandomStream(seed: seed, purpose: .resampling)
    let drawn = (0..<rounds).map { round in
      statistic(
        (0..<count).map { draw in
          let bits = stream.bits(at: round * count + draw)
          return Int(bits.multipliedFullWidth(by: UInt64(count)).high)
        })
    }.sorted()
    return Estimate(
      mean: whole, lower: drawn[rounds * 25 / 1000], upper: drawn[rounds * 975 / 1000 - 1])
  }
}
