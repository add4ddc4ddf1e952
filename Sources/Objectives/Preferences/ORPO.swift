package import Datasets
import Mathematics

/// Odds ratio preference optimization: the better text is learned as any text is, and its odds are to be
/// above the worse one's, with no model of before to compare with.
///
/// The loss of a step is the mean cross-entropy of the tokens of all better texts, prompts included, as
/// its authors and TRL have it, plus beta times the mean of −log σ(log odds of the better − of the
/// worse), where an answer's odds are p / (1 − p) of its mean likelihood a token.
///
/// Source: Hong et al. 2024, arXiv:2403.07691, equations 6 and 7.
package struct ORPO: PairObjective {
  private let beta: Double
  package var sharesPrefixes = false
  /// What a token counts in its row's loss: rows in a step by tokens in it.
  package private(set) var tokenWeight = 1.0

  package init(beta: Double = 0.1) { self.beta = beta }

  package func readied(
    for examples: [EncodedExample], by measuring: Measuring
  ) -> any Objective {
    var readied = self
    let tokens = examples.reduce(0) { $0 + $1.ids.count - 1 }
    readied.tokenWeight = Double(examples.count) / Double(max(1, tokens))
    return readied
  }

  package func loss(_ better: AnswerScore, _ worse: AnswerScore) -> PairLoss {
    let (one, other) = (Odds(better), Odds(worse))
    let ratio = one.logarithm - other.logarithm
    let slope = -beta * sigmoid(-ratio)
    return PairLoss(
      loss: -beta * logSigmoid(ratio), betterSlope: slope * one.slope,
      worseSlope: -slope * other.slope, margin: beta * (better.mean - worse.mean))
  }

  /// The odds of an answer by its mean likelihood a token.
  private struct Odds {
    /// log(p / (1 − p)).
    let logarithm: Double
    /// Its derivative by the answer's log-probability.
    let slope: Double

    init(_ answer: AnswerScore) {
      // A likelihood of 1 has no odds; float32 losses come to 0 before it is reached.
      let mean = min(answer.mean, -1e-9)
      let rest = 1 - exponential(mean)
      logarithm = mean - Mathematics.logarithm(rest)
      slope = 1 / rest / Double(answer.tokenCount)
    }
  }
}
