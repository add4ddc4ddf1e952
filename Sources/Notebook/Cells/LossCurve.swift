package import Reporting
package import Session

/// The losses of the training under way, as they come: of each step, smoothed, and on dev.
package struct LossCurve: Sendable {
  private var losses: [Series.Point] = []
  private var smoothLosses: [Series.Point] = []
  private var devLosses: [Series.Point] = []

  /// A curve of more steps is smoothed: it would be a band of noise.
  private static let mostSteps = 60

  package init() {}

  /// Takes in a step; progress of other work has none.
  package mutating func add(_ progress: SessionEvent.Progress) {
    guard progress.stepCount > 0, let loss = progress.loss else { return }
    let step = Double(progress.step)
    losses.append(.init(x: step, y: progress.stepLoss ?? loss))
    smoothLosses.append(.init(x: step, y: loss))
  }

  /// Takes in a measurement on dev.
  package mutating func add(devLoss loss: Double, atStep step: Int) {
    devLosses.append(.init(x: Double(step), y: loss))
  }

  /// The curve of a training that took several steps; nil for less.
  package var chart: Chart? {
    guard losses.count > 1 else { return nil }
    let shown = losses.count > Self.mostSteps ? smoothLosses : losses
    var chart = Chart("Loss", x: "step", y: "nats per token", [Series("train", shown)])
    if !devLosses.isEmpty { chart.series.append(Series("dev", devLosses)) }
    return chart
  }
}
