/// A curve one line high: `▇▆▅▄▃▃▂`, or `#+=--..` where only ASCII is allowed.
package enum Sparkline {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let letters: [Character] = ["_", ".", "-", "~", "=", "+", "*", "#"]

  /// Draws values, first to last, from the lowest to the highest of them; not a number is `?`.
  ///
  /// More values than `width` are averaged in groups; fewer take a column each. Values that are
  /// all equal are drawn at middle height.
  package static func text(_ values: [Double], width: Int, allowsUnicode: Bool) -> String {
    guard width > 0, !values.isEmpty else { return "" }
    let levels = allowsUnicode ? blocks : letters
    let columns = min(width, values.count)
    let heights = (0..<columns).map { column in
      mean(values[column * values.count / columns..<(column + 1) * values.count / columns])
    }
    let finite = heights.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      return String(repeating: "?", count: columns)
    }
    return String(heights.map { draw($0, from: low, to: high, levels) })
  }

  private static func draw(
    _ height: Double, from low: Double, to high: Double, _ levels: [Character]
  ) -> Character {
    guard height.isFinite else { return "?" }
    // Halves, as the distance of two large numbers may be beyond the largest.
    let range = high / 2 - low / 2
    guard range > 0 else { return levels[levels.count / 2 - 1] }
    let share = (height / 2 - low / 2) / range
    return levels[min(levels.count - 1, Int(share * Double(levels.count)))]
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double {
    values.reduce(0) { $0 + $1 / Double(values.count) }
  }
}
