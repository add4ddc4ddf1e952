import Reporting
package import Session

extension SessionEvent.Progress {
  /// A number that changes as the work goes on.
  package struct Measure: Hashable, Sendable {
    /// What stands before it; empty when the number says it itself, as `12.4k tok/s`.
    package let name: String
    /// The number as it is written.
    package let value: String
    /// Earlier values, oldest first; empty for numbers without a curve.
    package let trend: [Double]
  }

  /// The numbers people watch, the most important first.
  package var measures: [Measure] {
    var measures: [Measure] = []
    if let loss {
      measures.append(
        Measure(name: "loss", value: NumberText.fixed(loss, decimals: 3), trend: recentLosses))
    }
    if let devLoss {
      measures.append(
        Measure(name: "dev", value: NumberText.fixed(devLoss, decimals: 3), trend: []))
    }
    if let tokensPerSecond {
      measures.append(
        Measure(name: "", value: Quantity(tokensPerSecond, .tokensPerSecond).text, trend: []))
    }
    return measures
  }
}
