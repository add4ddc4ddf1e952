/// Amounts beside each other, as how many rows have which length.
package struct Bars: Hashable, Sendable {
  /// One bar.
  package struct Item: Hashable, Sendable {
    /// What stands at the bar.
    package var label: String
    /// How long it is, in the unit of the bars.
    package var amount: Double

    package init(_ label: String, _ amount: Double) {
      self.label = label
      self.amount = amount
    }
  }

  /// What stands above all of them.
  package var title: String
  /// What the labels are, as `tokens`.
  package var label: String
  /// What is counted, as `rows`.
  package var unit: String
  /// From first to last; a histogram's in rising order.
  package var items: [Item]

  package init(_ title: String, label: String, unit: String, _ items: [Item]) {
    self.title = title
    self.label = label
    self.unit = unit
    self.items = items
  }

  /// How many of the values lie in each of about `binCount` stretches of equal, round width.
  ///
  /// A stretch holds its lower end and not its upper one, but for the last. Values that are no
  /// numbers are left out.
  package init(
    histogramOf values: [Double], title: String, label: String, unit: String, binCount: Int = 12
  ) {
    let scale = AxisScale(values, tickCount: binCount)
    let ends = scale.ticks
    var counts = [Double](repeating: 0, count: max(1, ends.count - 1))
    for value in values where value.isFinite && abs(value) < 1e300 {
      let place = Int(scale.share(of: value) * Double(counts.count))
      counts[min(max(place, 0), counts.count - 1)] += 1
    }
    let items = zip(zip(ends, ends.dropFirst()), counts).map { range, count in
      Item("\(scale.label(range.0)) to \(scale.label(range.1))", count)
    }
    self.init(title, label: label, unit: unit, items)
  }

  /// The bars as plain lines: label and amount.
  package var plainText: String {
    let width = items.map { DisplayWidth.of($0.label) }.max() ?? 0
    let lines = items.map { item -> String in
      let gap = String(repeating: " ", count: width - DisplayWidth.of(item.label) + 2)
      return "  " + gap.dropFirst(2) + item.label + "  " + NumberText.shortest(item.amount) + "\n"
    }
    return "\(title): \(unit) by \(label)\n" + lines.joined()
  }
}
