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
      let (own, other) = (logits.values, targets.values)
      // Both become softmax − one-hot of the same label: their difference is that of the softmaxes.
      var losses = device.crossEntropy(logits, labels: labels, gradientFactor: 1)
      let otherLosses = device.crossEntropy(targets, labels: labels, gradientFactor: 1).losses
      let shares = targets.values
      let columns = logits.columns
      let square = Double(temperature) * Double(temperature)
      for (row, label) in labels.enumerated() {
        let start = row * columns
        let place = start + Int(label)
        var sum = Double(other[place]) - Double(own[place])
        for column in start..<start + columns {
          sum += Double(shares[column]) * (Double(other[column]) - Double(own[column]))
        }
        // A loss is the logarithm of the softmax's denominator less the label's logit.
        let denominators =
          Double(losses.losses[row]) + Double(own[place])
          - (Double(otherLosses[row]) + Double(other[place]))
        losses.losses[row] = Float(square * (sum + denominators))
      }
      if isForGradient {
        targets.scale(by: -1)
        logits.add(targets)
        logits.scale(by: temperature * factor)
      }
      return losses
    }
  }
}
