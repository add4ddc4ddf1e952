import Notebook
import Reporting
import Session
import Terminal

/// What a full screen shows of a training: how far it is, its curves, and what was said last.
struct TrainingView {
  /// What is watched, as it was typed.
  private let title: String
  private var progress: SessionEvent.Progress?
  private var train: [Series.Point] = []
  private var dev: [Series.Point] = []
  /// The last lines that were shown, the one being written last.
  private var said: [String] = [""]

  /// Lines kept of what was said.
  private static let mostLines = 200
  /// Curves of more points are thinned: a screen has no more columns.
  private static let mostPoints = 2000

  init(title: String) { self.title = title }

  /// The losses on rows trained on, smoothed, and on dev.
  var chart: Chart? {
    guard train.count > 1 || dev.count > 1 else { return nil }
    var chart = Chart("Loss", x: "step", y: "nats per token", [Series("train", train)])
    if !dev.isEmpty { chart.series.append(Series("dev", dev)) }
    return chart
  }

  mutating func take(_ event: RunEvent) {
    switch event {
    case .printed(let line): say(line + "\n")
    case .shown(.generated(let text)): say(text)
    case .shown(.report(let report)): say(report.plainText)
    case .problem(let problem): say(problem.plainText)
    case .shown(.progress(let progress)): take(progress)
    case .shown(.devMeasured(let step, let loss, _)):
      dev.append(.init(x: Double(step), y: loss))
    case .shown(.progressEnded(let summary?)): say(summary + "\n")
    case .result: say("\n")
    case .cell, .value, .shown(.progressEnded): break
    }
  }

  /// Takes a notice.
  mutating func say(_ text: String) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if index == 0 {
        said[said.count - 1] += line
      } else if said.last?.isEmpty == true {
        said[said.count - 1] = String(line)
      } else {
        said.append(String(line))
      }
    }
    if said.count > Self.mostLines { said.removeFirst(said.count - Self.mostLines) }
  }

  private mutating func take(_ progress: SessionEvent.Progress) {
    let isNewTraining = progress.stepCount > 0 && Double(progress.step) <= train.last?.x ?? -1
    if isNewTraining { (train, dev) = ([], []) }
    self.progress = progress
    guard progress.stepCount > 0, let loss = progress.loss else { return }
    train.append(.init(x: Double(progress.step), y: loss))
    guard train.count > Self.mostPoints else { return }
    train = train.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
  }

  // MARK: Drawing

  /// The lines of a screen of a size.
  func lines(_ size: TerminalSize, theme: Theme) -> [String] {
    // The last column stays free: some terminals wrap as soon as it is written.
    let width = size.columns - 1
    var lines = [theme.paint(VisibleText.cut(VisibleText.of(title), to: width), .heading)]
    lines.append(progress.map { ProgressSnapshot($0).line(theme: theme, width: width) } ?? "")
    lines.append(details(width))
    let rows = (size.rows - 7) * 2 / 3 - 4
    if let chart, rows >= 4 {
      let text = ChartRenderer(theme: theme, width: width, rows: rows).text(chart)
      lines += text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    } else {
      lines.append("")
    }
    let room = max(0, size.rows - lines.count - 1)
    let wrapped = said.flatMap { TextWrapping.lines(VisibleText.of($0), width: width) }
    let tail = (wrapped.last == "" ? wrapped.dropLast() : wrapped[...]).suffix(room)
    lines += tail.map { VisibleText.cut($0, to: width) }
    lines += Array(repeating: "", count: max(0, size.rows - lines.count - 1))
    let hint = "Ctrl-C stops it after this step; what it says stays when this ends"
    return lines + [theme.paint(VisibleText.cut(hint, to: width), .secondary)]
  }

  /// What the line of progress has no room for.
  private func details(_ width: Int) -> String {
    guard let progress, progress.stepCount > 0 else { return "" }
    var parts = ["step \(progress.step) of \(progress.stepCount)"]
    if let rate = progress.learningRate {
      parts.append("lr \(NumberText.shortest(NumberText.rounded(rate, digits: 3)))")
    }
    parts.append("\(Quantity(Double(progress.tokens), .magnitude).text) tokens")
    if let accuracy = progress.stepAccuracy, accuracy.isFinite {
      parts.append("accuracy \(NumberText.fixed(accuracy, decimals: 3))")
    }
    return VisibleText.cut(parts.joined(separator: ", "), to: width)
  }
}
