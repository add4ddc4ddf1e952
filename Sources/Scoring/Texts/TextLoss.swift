import Mathematics

/// What the losses of tokens say of texts, each by the same four counts of a row.
package struct TextLoss: Hashable, Sendable {
  /// Σ of the losses of the row's trained tokens, in nats.
  package let nats: Double
  /// How many tokens these are.
  package let tokenCount: Int
  /// How many of them were the likeliest.
  package let correctCount: Int
  /// The bytes of UTF-8 that they write.
  package let byteCount: Int

  /// Makes the counts of a row.
  package init(nats: Double, tokenCount: Int, correctCount: Int, byteCount: Int) {
    (self.nats, self.tokenCount) = (nats, tokenCount)
    (self.correctCount, self.byteCount) = (correctCount, byteCount)
  }

  /// What the row adds to the sums that measures are of.
  var counts: [Double] {
    [nats, Double(tokenCount), Double(correctCount), Double(byteCount)]
  }

  /// The mean loss of a token, in nats.
  static func loss(_ sums: [Double]) -> Double { sums[0] / max(sums[1], 1) }

  /// Among how many equally likely tokens the model seems to choose.
  static func perplexity(_ sums: [Double]) -> Double { exponential(loss(sums)) }

  /// The share of tokens that were the likeliest.
  static func accuracy(_ sums: [Double]) -> Double { sums[2] / max(sums[1], 1) }

  /// The bits that a byte of text costs, whatever the vocabulary.
  static func bitsPerByte(_ sums: [Double]) -> Double {
    sums[0] / logarithm(2) / max(sums[3], 1)
  }
}
