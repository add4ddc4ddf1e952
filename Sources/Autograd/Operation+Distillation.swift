package import Tensors

extension Tape {
  /// The output head and, of the rows that are trained, how far its distribution is from another's.
  ///
  ///     T² · Σ p · (log p − log q),  p = softmax(targets / T),  q = softmax(logits / T)
  ///
  /// `targets` returns the other's logits, `[M, V]`, of some of `rows`, which are overwritten. `labels` are
  /// the tokens that rows have, by which a row is right. The rest is as in
  /// ``linearCrossEntropy(_:weight:bias:rows:labels:factor:softCap:)``.
  ///
  /// Source: Hinton, Vinyals and Dean 2015, arXiv:1503.02531, section 2.
  package func linearDistillation(
    _ x: Variable, weight: Parameter, bias: Parameter? = nil, rows: [Int32], labels: [Int32],
    factor: Float, temperature: Float, softCap: Float? = nil, targets: (Range<Int>) -> Tensor
  ) -> RowLosses {
    linearLosses(x, weight: weight, bias: bias, rows: rows, labels: labels, softCap: softCap) {
      logits, range, isForGradient in
      let (targets, labels) = (targets(range), Array(labels[range]))
      if temperature != 1 {
        logits.scale(by: 1 / temperature)
        targets.scale(by: 1 / temperature)
      }
      var losses = device.divergence(
        logits, from: targets, labels: labels,
        gradientFactor: isForGradient ? temperature * factor : nil)
      let square = temperature * temperature
      losses.losses = losses.losses.map { square * $0 }
      return losses
    }
  }
}
