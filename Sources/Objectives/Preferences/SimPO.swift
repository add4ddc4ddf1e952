/// Simple preference optimization: the better answer is to be likelier a token, by a margin, with no
/// model of before to compare with.
///
/// With z = beta · (nats a token of the better − of the worse) − gamma, the loss is −log σ(z), smoothed
/// as that of ``DPO``.
///
/// Source: Meng et al. 2024, arXiv:2405.14734, equation 6.
package struct SimPO: PairObjective {
  private let beta: Double
  private let gamma: Double
  private let smoothing: Double
  package var sharesPrefixes = false

  package init(beta: Double = 2, gamma: Double = 0.5, smoothing: Double = 0) {
    (self.beta, self.gamma, self.smoothing) = (beta, gamma, smoothing)
  }

  package func loss(_ better: AnswerScore, _ worse: AnswerScore) -> PairLoss {
    let margin = beta * (better.mean - worse.mean)
    let z = margin - gamma
    let slope = beta * PairLoss.smoothedSlope(z, smoothing)
    return PairLoss(
      loss: PairLoss.smoothed(z, smoothing), betterSlope: slope / Double(better.tokenCount),
      worseSlope: -slope / Double(worse.tokenCount), margin: margin)
  }
}
