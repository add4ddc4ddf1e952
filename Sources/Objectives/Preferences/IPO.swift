package import Datasets

/// Identity preference optimization: the better answer's gain is to be ahead by a set distance, which
/// preferences that are certain do not push further.
///
/// With z = gain of the better a token − gain of the worse a token, the loss is (z − 1 / (2 · beta))².
/// Gains are means over tokens, as its authors compute them, so that beta means the same for texts of
/// any length.
///
/// Source: Azar et al. 2023, arXiv:2310.12036, equation 17.
package struct IPO: PairObjective {
  private let beta: Double
  package var sharesPrefixes = false

  package init(beta: Double = 0.1) { self.beta = beta }

  package var needsReference: Bool { true }

  package func referred(
    _ examples: [EncodedExample], by measuring: Measuring
  ) -> [EncodedExample] { withReference(examples, by: measuring) }

  package func loss(_ better: AnswerScore, _ worse: AnswerScore) -> PairLoss {
    let (one, other) = (Double(better.tokenCount), Double(worse.tokenCount))
    let missing = better.gain / one - worse.gain / other - 1 / (2 * beta)
    return PairLoss(
      loss: missing * missing, betterSlope: 2 * missing / one, worseSlope: -2 * missing / other,
      margin: beta * (better.gain - worse.gain))
  }
}
