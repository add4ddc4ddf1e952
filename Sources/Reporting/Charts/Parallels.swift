import Foundation

/// Records as lines over axes that stand side by side, an axis a field: what the best of a search have
/// in common is seen at once.
///
/// An axis of numbers runs from the least to the greatest, in factors where all are above 0 and the
/// greatest is twenty times the least or more; one of words has a place for each.
package struct Parallels: Hashable, Sendable {
  /// What a record has on an axis.
  package enum Point: Hashable, Sendable {
    case number(Double)
    case word(String)

    /// It in writing.
    package var text: String {
      switch self {
      case .number(let number): NumberText.shortest(NumberText.rounded(number, digits: 4))
      case .word(let word): word
      }
    }
  }

  /// What stands above all of them.
  package var title: String
  /// The names of the axes.
  package let axes: [String]
  /// The records, the best first: a point an axis each.
  package let lines: [[Point]]

  /// Makes them; every line has a point on every axis.
  package init(_ title: String, axes: [String], lines: [[Point]]) {
    (self.title, self.axes, self.lines) = (title, axes, lines)
  }

  /// Where each line lies on an axis, from 0 at its low end to 1; nil for what has no place there.
  package func places(axis: Int) -> [Double?] {
    let points = lines.map { $0[axis] }
    let numbers = points.compactMap { if case .number(let number) = $0 { number } else { nil } }
      .filter(\.isFinite)
    guard numbers.count == points.count else {
      var words: [String] = []
      for point in points where !words.contains(point.text) { words.append(point.text) }
      return points.map { point in
        words.firstIndex(of: point.text).map { Self.share(Double($0), 0, Double(words.count - 1)) }
      }
    }
    let (low, high) = (numbers.min() ?? 0, numbers.max() ?? 0)
    let isInFactors = low > 0 && high >= 20 * low
    return numbers.map { number in
      isInFactors
        ? Self.share(log(number), log(low), log(high)) : Self.share(number, low, high)
    }
  }

  private static func share(_ value: Double, _ low: Double, _ high: Double) -> Double {
    high > low ? (value - low) / (high - low) : 0.5
  }

  /// How many columns the track of an axis has in plain lines.
  private static let track = 9

  /// The picture turned: a line a record, and on each axis the value and a mark at its place.
  package var plainText: String {
    let columns = axes.indices.map { axis -> [String] in
      let texts = lines.map { $0[axis].text }
      let width = max(
        texts.map(DisplayWidth.of).max() ?? 0,
        DisplayWidth.of(axes[axis]) - Self.track - 1)
      let cells = zip(texts, places(axis: axis)).map { text, place -> String in
        String(repeating: " ", count: width - DisplayWidth.of(text)) + text + " " + Self.mark(place)
      }
      let name = axes[axis]
      let gap = String(
        repeating: " ", count: max(0, width + 1 + Self.track - DisplayWidth.of(name)))
      return [gap + name] + cells
    }
    let rows = (0...lines.count).map { row in columns.map { $0[row] }.joined(separator: "   ") }
    return title + "\n" + rows.map { "  " + $0 + "\n" }.joined()
  }

  private static func mark(_ place: Double?) -> String {
    var cells = [Character](repeating: ".", count: track)
    if let place { cells[min(max(Int(place * Double(track - 1) + 0.5), 0), track - 1)] = "*" }
    return String(cells)
  }
}
