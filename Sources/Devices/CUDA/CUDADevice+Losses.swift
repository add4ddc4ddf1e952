import CKernels
package import Tensors

extension CUDADevice {
  package func crossEntropy(
    _ logits: Tensor, labels: [Int32], gradientFactor: Float?
  ) -> RowLosses {
    rowLosses(labels.count) { losses, correct in
      let job = ft_cross_entropy_job(
        losses: losses, correct: correct, logits: logits.floats,
        gradient: gradientFactor == nil ? nil : logits.floats, labels: sent(labels),
        factor: gradientFactor ?? 0, rows: labels.count, vocabulary: logits.columns)
      runRows(.rows("ft_cross_entropy"), job, count: labels.count)
    }
  }

  package func divergence(
    _ logits: Tensor, from targets: Tensor, labels: [Int32], gradientFactor: Float?
  ) -> RowLosses {
    rowLosses(labels.count) { losses, correct in
      let job = ft_divergence_job(
        losses: losses, correct: correct, logits: logits.floats, targets: targets.floats,
        labels: sent(labels), has_gradient: gradientFactor != nil, factor: gradientFactor ?? 0,
        rows: labels.count, vocabulary: logits.columns)
      runRows(.rows("ft_divergence"), job, count: labels.count)
    }
  }

  /// Brings what a kernel leaves for each row to the host: its loss, and whether its label is the
  /// likeliest.
  private func rowLosses(
    _ count: Int, _ run: (UnsafeMutablePointer<Float>?, UnsafeMutablePointer<UInt8>?) -> Void
  ) -> RowLosses {
    guard count > 0 else { return RowLosses() }
    card.scratch.begin(5 * count + 1024)
    let (losses, correct) = (room(count, of: Float.self), room(count, of: UInt8.self))
    run(losses, correct)
    return RowLosses(
      losses: fetched(losses, count, zero: 0),
      isCorrect: fetched(correct, count, zero: 0).map { $0 != 0 })
  }

  package func largestPlaces(_ x: Tensor) -> [Int32] {
    guard x.rows > 0 else { return [] }
    card.scratch.begin(4 * x.rows + 256)
    let places = room(x.rows, of: Int32.self)
    runRows(
      .rows("ft_argmax"), ft_argmax_job(out: places, x: x.floats, width: x.columns), count: x.rows)
    return fetched(places, x.rows, zero: 0)
  }

  /// Of one row, which the host reads: it chooses among these.
  package func likelihoods(
    _ out: inout [Float], _ x: Tensor, row: Int, largest: Int, temperature: Float
  ) {
    precondition(row < x.rows && largest < x.columns && out.count == x.columns)
    let logits = hostElements(x.rows(row..<row + 1))
    ft_likelihoods(&out, logits, logits[largest], temperature, out.count)
  }
}
