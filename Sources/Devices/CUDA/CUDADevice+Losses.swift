import CKernels
package import Tensors

extension CUDADevice {
  package func crossEntropy(
    _ logits: Tensor, labels: [Int32], gradientFactor: Float?
  ) -> RowLosses {
    guard !labels.isEmpty else { return RowLosses() }
    card.scratch.begin(5 * labels.count + 1024)
    let losses = room(labels.count, of: Float.self)
    let correct = room(labels.count, of: UInt8.self)
    let job = ft_cross_entropy_job(
      losses: losses, correct: correct, logits: logits.floats,
      gradient: gradientFactor == nil ? nil : logits.floats, labels: sent(labels),
      factor: gradientFactor ?? 0, rows: labels.count, vocabulary: logits.columns)
    runRows(.rows("ft_cross_entropy"), job, count: labels.count)
    return RowLosses(
      losses: fetched(losses, labels.count, zero: 0),
      isCorrect: fetched(correct, labels.count, zero: 0).map { $0 != 0 })
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
