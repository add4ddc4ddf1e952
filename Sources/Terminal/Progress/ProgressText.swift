import Reporting

/// How far long work is, for one line of text.
package struct ProgressSnapshot: Hashable, Sendable {
  /// A number that changes as the work goes on, and where it comes from.
  package struct Measure: Hashable, Sendable {
    /// Shown before the number; empty when the number says it itself, as `12.4k tok/s`.
    package var name: String
    /// The number as it is written, with its unit.
    package var value: String
    /// Earlier values, drawn as a curve when there is room.
    package var trend: [Double]

    package init(_ name: String, _ value: String, trend: [Double] = []) {
      self.name = name
      self.value = value
      self.trend = trend
    }
  }

  /// What is going on: `epoch 2/3`.
  package var title: String
  /// The share of the work that is done, 0 to 1; nil when its end is not known.
  package var fraction: Double?
  /// The most important first: where there is no room, the last go.
  package var measures: [Measure]
  /// About how long the rest takes; nil when nothing tells.
  package var secondsLeft: Double?

  package init(
    title: String, fraction: Double?, measures: [Measure] = [], secondsLeft: Double? = nil
  ) {
    self.title = title
    self.fraction = fraction
    self.measures = measures
    self.secondsLeft = secondsLeft
  }
}

extension ProgressSnapshot {
  /// The snapshot in one line of at most `width` columns.
  package func line(theme: Theme, width: Int) -> String {
    ProgressText(theme: theme, width: width).line(self).text
  }
}

/// A line as it is written, and the columns that it takes.
struct ProgressLayout {
  let text: String
  let columns: Int
}

/// Lays a snapshot out in one line that never wraps.
struct ProgressText {
  let theme: Theme
  /// Columns that the line may take.
  let width: Int

  private static let bars = [20, 14, 8]
  private static let curveWidth = 7

  /// A line such as `epoch 2/3 ━━━━╸━━ 64% · loss 1.32 ▇▆▅▄ · 0:21 left`.
  ///
  /// The less room there is, the less of it: first a shorter bar, then no curves, then fewer
  /// measures, then no bar.
  func line(_ snapshot: ProgressSnapshot) -> ProgressLayout {
    let full = Self.bars.map { (bar: $0, curves: true, measures: snapshot.measures.count) }
    let fewer = stride(from: snapshot.measures.count, through: 0, by: -1)
      .map { (bar: 8, curves: false, measures: $0) }
    for form in full + fewer + [(bar: 0, curves: false, measures: 0)] {
      let pieces = pieces(
        snapshot, bar: form.bar, curves: form.curves, measures: form.measures)
      let columns = DisplayWidth.of(pieces.map(\.text).joined())
      guard columns > width else {
        let painted = pieces.map { piece in
          piece.role.map { theme.paint(piece.text, $0) } ?? piece.text
        }
        return ProgressLayout(text: painted.joined(), columns: columns)
      }
    }
    let title = VisibleText.cut(
      VisibleText.of(snapshot.title), to: width, ending: theme.allowsUnicode ? "…" : "")
    return ProgressLayout(text: title, columns: DisplayWidth.of(title))
  }

  private typealias Piece = (text: String, role: Theme.Role?)

  private func pieces(
    _ snapshot: ProgressSnapshot, bar: Int, curves: Bool, measures: Int
  ) -> [Piece] {
    var pieces: [Piece] = [(VisibleText.of(snapshot.title), nil)]
    if let fraction = snapshot.fraction {
      let share = fraction.isFinite ? min(1, max(0, fraction)) : 0
      if bar > 0 {
        let (done, rest) = drawBar(share, width: bar)
        pieces += [(" ", nil), (done, .bar), (rest, .secondary)]
      }
      // Rounded down: 100% is said only when all is done.
      pieces.append((" \(Int(share * 100))%", nil))
    }
    let separator: Piece = (theme.allowsUnicode ? " · " : " | ", .secondary)
    for measure in snapshot.measures.prefix(measures) {
      let words = [measure.name, measure.value].filter { !$0.isEmpty }.joined(separator: " ")
      pieces += [separator, (VisibleText.of(words), nil)]
      if curves, measure.trend.count > 1 {
        let curve = Sparkline.text(
          measure.trend, width: Self.curveWidth, allowsUnicode: theme.allowsUnicode)
        pieces += [(" ", nil), (curve, .bar)]
      }
    }
    if let left = snapshot.secondsLeft {
      pieces += [separator, ("\(Self.clock(left)) left", nil)]
    }
    return pieces
  }

  /// The bar's done part, to half a column, and the rest.
  private func drawBar(_ share: Double, width: Int) -> (done: String, rest: String) {
    let halves = Int(share * Double(width * 2))
    let whole = halves / 2
    guard theme.allowsUnicode else {
      return (
        "[" + String(repeating: "=", count: whole),
        String(repeating: " ", count: width - whole) + "]"
      )
    }
    let half = halves % 2 == 1 ? "╸" : ""
    return (
      String(repeating: "━", count: whole) + half,
      String(repeating: theme.allowsColor ? "━" : "─", count: width - whole - half.count)
    )
  }

  /// Seconds as `0:21`, `12:05`, `3:07:40`.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 360_000_000 else { return "?" }
    let total = Int(max(0, seconds).rounded(.up))
    let pair = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
    let rest = "\(pair(total % 60))"
    return total < 3600
      ? "\(total / 60):\(rest)" : "\(total / 3600):\(pair(total % 3600 / 60)):\(rest)"
  }
}
