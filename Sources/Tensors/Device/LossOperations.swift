/// The loss of each row of logits, and what is asked of them when texts are written.
package protocol LossOperations: Sendable {
  /// The loss of each row of logits, `[N, V]`: logsumexp(row) − row[label]. With a `gradientFactor`
  /// the logits are replaced by (softmax − one-hot) · gradientFactor.
  func crossEntropy(_ logits: Tensor, labels: [Int32], gradientFactor: Float?) -> RowLosses

  /// How far the distribution of each row of logits, `[N, V]`, is from that of `targets`, which are
  /// overwritten: Σ p · (log p − log q), p = softmax(targets), q = softmax(logits). With a
  /// `gradientFactor` the logits are replaced by (q − p) · gradientFactor. A row is right by its label.
  func divergence(
    _ logits: Tensor, from targets: Tensor, labels: [Int32], gradientFactor: Float?
  ) -> RowLosses

  /// The place of the largest element of each row, the first of equals; NaN is never it, and 0
  /// stands for a row of nothing else.
  func largestPlaces(_ x: Tensor) -> [Int32]

  /// out[i] = exp((x[row, i] − x[row, largest]) / temperature): likelihoods up to a common factor.
  func likelihoods(
    _ out: inout [Float], _ x: Tensor, row: Int, largest: Int, temperature: Float)
}

/// The loss of each trained row.
package struct RowLosses: Sendable {
  /// In nats, one a trained row, in order.
  package var losses: [Float]
  /// Whether the right token had the largest logit, the first of equals.
  package var isCorrect: [Bool]
  /// How far what is better is ahead of what is worse, where rows say so: one a loss, or none.
  package var margins: [Float] = []

  package init(losses: [Float] = [], isCorrect: [Bool] = []) {
    self.losses = losses
    self.isCorrect = isCorrect
  }
}
