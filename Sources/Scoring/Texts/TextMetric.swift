/// A measure of texts: what it needs of a row, what it counts there, and what the counts say.
package struct TextMetric: Sendable {
  /// What is typed, and the field of results.
  package let name: String
  /// What a person reads of it.
  package let about: String
  /// How its values are read.
  package let unit: Unit
  /// How it is computed.
  package let measure: Measure
  /// Whether less of it is better.
  package var prefersLess = false

  /// How values are read.
  package enum Unit: Sendable {
    /// A share of one.
    case share
    /// Of a hundred, as translations are scored.
    case points
    /// Nats a token.
    case nats
    /// A number of no unit.
    case number
  }

  /// What is counted in a row, and what the sums over all rows say.
  package enum Measure: Sendable {
    /// Of the losses of tokens: a function of the sums of ``TextLoss/counts``.
    case losses(@Sendable ([Double]) -> Double)
    /// Whether something is so of an answer; the share of answers of which it is.
    case share(@Sendable (WrittenAnswer) -> Bool)
    /// A number of each answer; their mean.
    case mean(@Sendable (WrittenAnswer) -> Double)
    /// Several counts of each answer, and a function of their sums.
    case corpus(
      counts: @Sendable (WrittenAnswer) -> [Double], score: @Sendable ([Double]) -> Double)
  }

  /// Whether answers have to be written for it.
  package var needsAnswers: Bool {
    if case .losses = measure { false } else { true }
  }

  /// Whether it is the share of rows of which something is so.
  package var isShare: Bool {
    if case .share = measure { true } else { false }
  }
}

/// An answer that was written, with those that were wanted.
package struct WrittenAnswer: Hashable, Sendable {
  /// The answer.
  package let text: String
  /// The answers that would be right, at least one.
  package let references: [String]
  /// Whether it ended by itself, rather than at the limit of tokens.
  package let endedItself: Bool

  /// Makes an answer beside those that were wanted.
  package init(_ text: String, references: [String], endedItself: Bool = true) {
    precondition(!references.isEmpty, "an answer without a reference")
    (self.text, self.references, self.endedItself) = (text, references, endedItself)
  }
}

// MARK: Computing

extension TextMetric {
  /// What each row's losses add to the sums that the score is of.
  package func lossCounts(_ rows: [TextLoss]) -> [[Double]] { rows.map(\.counts) }

  /// What each answer adds to the sums that the score is of.
  package func answerCounts(_ answers: [WrittenAnswer]) -> [[Double]] {
    switch measure {
    case .losses: preconditionFailure("\(name) is no measure of answers")
    case .share(let isSo): answers.map { [isSo($0) ? 1 : 0, 1] }
    case .mean(let value): answers.map { [value($0), 1] }
    case .corpus(let counts, _): answers.map(counts)
    }
  }

  /// The score of the sums of all rows' counts.
  package func score(_ sums: [Double]) -> Double {
    switch measure {
    case .losses(let score), .corpus(_, let score): score(sums)
    case .share, .mean: sums[0] / max(sums[1], 1)
    }
  }
}
