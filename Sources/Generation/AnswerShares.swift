import Mathematics

/// How likely a model holds each of several answers, and the share of each among them.
package struct AnswerShares: Hashable, Sendable {
  /// The probability of each answer.
  package let probabilities: [Double]
  /// The probability of each among the answers.
  package let shares: [Double]

  /// Answers that together are less likely than this say little.
  package static let leastTogether = 1e-3

  /// Compares the scores of answers; nil when a likelihood is no number.
  package init?(_ scores: [AnswerScore]) {
    let sums = scores.map(\.logProbability)
    guard sums.allSatisfy(\.isFinite) else { return nil }
    let largest = sums.max() ?? 0
    let total = sums.reduce(0) { $0 + exponential($1 - largest) }
    probabilities = sums.map(exponential)
    shares = sums.map { exponential($0 - largest) / total }
  }

  /// Shares that are probabilities of their own: those of a head that chooses from these answers alone.
  package init(shares: [Double]) { (probabilities, self.shares) = (shares, shares) }

  /// The places of the answers, likeliest first, equals as they were given.
  package var order: [Int] {
    shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }
  }

  /// Whether the model would hardly write any of the answers.
  package var areNegligible: Bool { probabilities.reduce(0, +) < Self.leastTogether }
}
