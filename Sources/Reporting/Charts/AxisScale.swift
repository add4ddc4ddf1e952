/// A range of numbers with round ticks: steps of 1, 2 or 5 times a power of ten.
package struct AxisScale: Hashable, Sendable {
  /// The ends of the axis; `low` is less than `high`.
  package let low: Double
  /// The upper end.
  package let high: Double
  /// The numbers to write at the axis, all within its ends, rising.
  package let ticks: [Double]
  private let step: Double

  /// Makes a scale that holds all finite values.
  ///
  /// - Parameters:
  ///   - values: what is drawn; of no finite one, the scale is 0 to 1.
  ///   - tickCount: how many ticks are aimed at; a few more or less come out.
  ///   - isWhole: whether only whole numbers may be written.
  package init(_ values: [Double], tickCount: Int, isWhole: Bool = false) {
    let finite = values.filter { $0.isFinite && abs($0) < 1e300 }
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    if high - low <= abs(high) * 1e-12 {
      let margin = low == 0 ? 0.5 : abs(low) / 10
      (low, high) = (low - margin, high + margin)
    }
    var step = Self.roundStep(atLeast: (high - low) / Double(max(1, tickCount)))
    // Between two steps of a training there is none.
    if isWhole { step = max(1, step) }
    let first = (low / step).rounded(.down)
    let count = Int(((high / step).rounded(.up) - first).rounded())
    self.low = first * step
    self.high = (first + Double(count)) * step
    self.step = step
    ticks = (0...count).map { (first + Double($0)) * step }
  }

  /// Where a value lies on the axis: 0 at its low end, 1 at its high one.
  package func share(of value: Double) -> Double { (value - low) / (high - low) }

  /// A tick's label, with as many decimals as the step needs.
  package func label(_ tick: Double) -> String {
    var decimals = 0
    var unit = step
    // Half a thousandth of slack: 0.2 · 10 is not quite 2.
    while decimals < 7, abs(unit - unit.rounded()) > 5e-4 * unit {
      unit *= 10
      decimals += 1
    }
    guard decimals < 7, abs(tick) < 1e7 else { return NumberText.shortest(Self.trimmed(tick)) }
    return NumberText.fixed(tick, decimals: decimals)
  }

  /// The smallest of 1, 2, 5 times a power of ten that is not below `size`.
  private static func roundStep(atLeast size: Double) -> Double {
    var power = 1.0
    while power * 10 <= size { power *= 10 }
    while power > size { power /= 10 }
    return power * ([1, 2, 5].first { power * $0 >= size * (1 - 1e-9) } ?? 10)
  }

  /// The number without the last bits that multiplying by the step left in it.
  private static func trimmed(_ value: Double) -> Double {
    guard value != 0 else { return 0 }
    var scale = 1.0
    while abs(value) * scale < 1e5 { scale *= 10 }
    return (value * scale).rounded() / scale
  }
}
