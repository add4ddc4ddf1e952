import Evaluation
import Generation
import Numerics
import Reporting
import Session

/// How likely a model holds each of several answers, and the share of each among them.
struct AnswerShares {
  /// The probability of each answer.
  let probabilities: [Double]
  /// The probability of each among the answers.
  let shares: [Double]

  /// - Throws: a diagnostic when a likelihood is no number.
  init(_ scores: [AnswerScore], from model: LoadedModel) throws(Diagnostic) {
    let sums = scores.map(\.logProbability)
    guard sums.allSatisfy(\.isFinite) else {
      throw Diagnostic.notNumbers("a likelihood", from: model)
    }
    let largest = sums.max() ?? 0
    let total = sums.reduce(0) { $0 + exponential($1 - largest) }
    probabilities = sums.map(exponential)
    shares = sums.map { exponential($0 - largest) / total }
  }

  /// The places of the answers, likeliest first, equals as they were given.
  var order: [Int] {
    shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }
  }

  /// The probability that the model writes any of the answers.
  var together: Double { probabilities.reduce(0, +) }

  /// Whether the model would hardly write any of the answers.
  var areNegligible: Bool { together < LabelReport.leastTogether }

  /// Tells that the shares say little, when they do.
  func note(in session: isolated Session) {
    guard areNegligible else { return }
    session.show(
      .report(
        .diagnostic(
          Diagnostic(
            .note, code: nil,
            "all of these together have less than 0.1 % of the probability: the model would "
              + "hardly write any of them, and the shares say little."))))
  }
}
