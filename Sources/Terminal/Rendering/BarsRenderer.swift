package import Reporting

/// Bars drawn in letters, a line each.
package struct BarsRenderer: Sendable {
  private let theme: Theme
  private let width: Int

  /// - Parameters:
  ///   - theme: the colours and letters allowed.
  ///   - width: the columns of the terminal.
  package init(theme: Theme, width: Int) {
    self.theme = theme
    self.width = min(width, 78)
  }

  /// The bars, each line ended by a line feed.
  package func text(_ bars: Bars) -> String {
    let labels = bars.items.map { VisibleText.of($0.label) }
    let amounts = bars.items.map { NumberText.shortest($0.amount) }
    let column = labels.map(DisplayWidth.of).max() ?? 0
    let room = max(8, width - column - (amounts.map(\.count).max() ?? 0) - 5)
    let largest = bars.items.map(\.amount).filter(\.isFinite).max() ?? 0
    let lines = bars.items.indices.map { index -> String in
      let gap = String(repeating: " ", count: column - DisplayWidth.of(labels[index]))
      let amount = bars.items[index].amount
      let share = largest > 0 && amount.isFinite ? max(0, amount / largest) : 0
      let bar = theme.paint(bar(Double(room) * share), .bar)
      return "  \(gap)\(labels[index]) \(theme.allowsUnicode ? "│" : "|")\(bar) \(amounts[index])\n"
    }
    let title = VisibleText.of("\(bars.title): \(bars.unit) by \(bars.label)")
    return theme.paint(title, .heading) + "\n" + lines.joined()
  }

  /// A bar of a length in columns, to the eighth of one where the letters are there.
  private func bar(_ length: Double) -> String {
    guard theme.allowsUnicode else {
      return String(repeating: "#", count: Int(length.rounded()))
    }
    let eighths = Int((length * 8).rounded())
    let rest = eighths % 8 == 0 ? "" : String(Self.parts[eighths % 8 - 1])
    return String(repeating: "█", count: eighths / 8) + rest
  }

  private static let parts: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
