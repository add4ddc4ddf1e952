package import Datasets

/// Direct preference optimization: the better answer is to gain more likelihood over the model of before
/// than the worse one.
///
/// With z = beta · (gain of the better − gain of the worse), the loss is −log σ(z). `smoothing` is the
/// share of preferences held to be the wrong way round: −(1 − s) · log σ(z) − s · log σ(−z).
///
/// Source: Rafailov et al. 2023, arXiv:2305.18290, equation 7; smoothing: Mitchell 2023, "A note on DPO
/// with noisy preferences".
package struct DPO: PairObjective {
  private let beta: Double
  private let smoothing: Double
  package var sharesPrefixes = false

  package init(beta: Double = 0.1, smoothing: Double = 0) {
    (self.beta, self.smoothing) = (beta, smoothing)
  }

  package var needsReference: Bool { true }

  package func referred(
    _ examples: [EncodedExample], by measuring: Measuring
  ) -> [EncodedExample] { withReference(examples, by: measuring) }

  package func loss(_ better: AnswerScore, _ worse: AnswerScore) -> PairLoss {
    let margin = beta * (better.gain - worse.gain)
    let slope = beta * PairLoss.smoothedSlope(margin, smoothing)
    return PairLoss(
      loss: PairLoss.smoothed(margin, smoothing), betterSlope: slope, worseSlope: -slope,
      margin: margin)
  }
}

extension PairLoss {
  /// −(1 − s) · log σ(z) − s · log σ(−z).
  static func smoothed(_ z: Double, _ smoothing: Double) -> Double {
    -(1 - smoothing) * logSigmoid(z) - smoothing * logSigmoid(-z)
  }

  /// The derivative of ``smoothed(_:_:)`` by z.
  static func smoothedSlope(_ z: Double, _ smoothing: Double) -> Double {
    smoothing * sigmoid(z) - (1 - smoothing) * sigmoid(-z)
  }
}
