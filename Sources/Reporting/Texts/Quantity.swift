/// A number with its unit, written as people read it.
package struct Quantity: Hashable, Sendable {
  /// What the number counts, which decides how it is written.
  package enum Unit: Hashable, Sendable {
    /// Things: `2,140`.
    case count
    /// A share of one, written in hundredths: 0.421 is `42.1%`.
    case percent
    /// Time: `0.21 s`, `42.1 s`, `3 min 05 s`, `2 h 10 min`.
    case seconds
    /// Memory and files, in powers of 1000: `18.4 GB`.
    case bytes
    /// Nats per token, four decimals: `1.4142`.
    case loss
    /// Parameters and the like, shortened: `3.4 M`.
    case magnitude
    /// Events in a second: `12,411/s`.
    case perSecond
    /// Speed of training: `12.4k tok/s`.
    case tokensPerSecond
    /// The shortest exact text: a learning rate, a seed.
    case exact
    /// A fixed number of decimals.
    case decimals(Int)
  }

  /// The number in the unit's own measure: seconds, bytes, a share of one.
  package let value: Double
  /// What it counts.
  package let unit: Unit

  package init(_ value: Double, _ unit: Unit) {
    self.value = value
    self.unit = unit
  }

  /// A count of things.
  package static func count(_ value: Int) -> Quantity { Quantity(Double(value), .count) }

  /// The number with its unit, as `18.4 GB`.
  package var text: String {
    guard value.isFinite else { return NumberText.shortest(value) }
    switch unit {
    case .count: return whole(value)
    case .percent: return NumberText.fixed(value * 100, decimals: 1) + "%"
    case .seconds: return Self.duration(value)
    case .bytes: return Self.scaled(value, ["bytes", "kB", "MB", "GB", "TB"])
    case .loss: return NumberText.fixed(value, decimals: 4)
    case .magnitude: return Self.scaled(value, ["", "k", "M", "B", "T"])
    case .perSecond:
      return (abs(value) < 10 ? NumberText.fixed(value, decimals: 1) : whole(value)) + "/s"
    case .tokensPerSecond:
      return Self.scaled(value, ["", "k", "M", "B", "T"]).filter { $0 != " " } + " tok/s"
    case .exact: return NumberText.shortest(value)
    case .decimals(let count): return NumberText.fixed(value, decimals: count)
    }
  }

  private func whole(_ value: Double) -> String {
    guard abs(value) < 0x1p53 else { return NumberText.shortest(value) }
    return NumberText.grouped(Int(value.rounded()))
  }

  private static func duration(_ seconds: Double) -> String {
    guard abs(seconds) < 1e9 else { return NumberText.shortest(seconds) + " s" }
    if abs(seconds) < 10 { return NumberText.fixed(seconds, decimals: 2) + " s" }
    if abs(seconds) < 59.95 { return NumberText.fixed(seconds, decimals: 1) + " s" }
    let total = Int(seconds.rounded())
    if abs(total) < 3600 { return "\(total / 60) min \(twoDigits(total % 60)) s" }
    return "\(total / 3600) h \(twoDigits(total % 3600 / 60)) min"
  }

  private static func twoDigits(_ value: Int) -> String {
    abs(value) < 10 ? "0\(abs(value))" : "\(abs(value))"
  }

  /// The number with the largest unit that leaves at least 1, one decimal above the smallest.
  private static func scaled(_ value: Double, _ units: [String]) -> String {
    var rest = value
    var index = 0
    while abs(rest) >= 999.95, index + 1 < units.count {
      rest /= 1000
      index += 1
    }
    let number =
      index == 0 ? NumberText.shortest(rest.rounded()) : NumberText.fixed(rest, decimals: 1)
    return units[index].isEmpty ? number : "\(number) \(units[index])"
  }
}
