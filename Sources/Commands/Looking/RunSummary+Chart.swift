import Reporting
import Training

extension RunSummary {
  /// The loss of each step, and that on dev where it was measured.
  var chart: Chart {
    let points = losses.enumerated().map {
      Series.Point(x: Double($0.offset + 1), y: Double($0.element))
    }
    var series = [Series("train", points)]
    if !evaluations.isEmpty {
      series.append(
        Series("dev", evaluations.map { .init(x: Double($0.step), y: Double($0.loss)) }))
    }
    return Chart("loss of the last run", x: "step", y: "nats per token", series)
  }
}
