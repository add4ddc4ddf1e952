/// The loss of training, over more than one step: single ones jump about.
extension Trainer {
  /// The steps of ``recentLoss``.
  private static let recentSteps = 10

  /// The mean loss of the last ten steps, or of an epoch's when it has fewer; nil before these were
  /// taken.
  var recentLoss: Double? {
    let count = min(Self.recentSteps, stepsPerEpoch)
    return losses.count < count ? nil : Self.mean(losses.suffix(count))
  }

  /// The mean loss of each finished epoch.
  var epochLosses: [Double] {
    (0..<losses.count / stepsPerEpoch).map { epoch in
      Self.mean(losses[epoch * stepsPerEpoch..<(epoch + 1) * stepsPerEpoch])
    }
  }

  private static func mean(_ losses: ArraySlice<Float>) -> Double {
    losses.reduce(0) { $0 + Double($1) } / Double(losses.count)
  }
}
