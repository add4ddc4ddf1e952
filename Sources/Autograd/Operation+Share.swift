import Tensors

extension Tape {
  /// `residual + x / (1 + exp(−score))`, a score a row.
  ///
  /// Shapes: `x` and `residual` are `[N, C]`, `scores` `[N, 1]`. Keeps `x`, the scores and the shares.
  package func shared(
    _ x: Variable, by scores: Variable, residual: Variable? = nil
  ) -> Variable {
    let rows = Array(0..<Int32(x.value.rows))
    let shares = tensor(scores.shape)
    device.activate(shares, scores.value, .sigmoid)
    let weights = RowNumbers(shares)
    let output = residual.map { $0.value.copy(in: arena) } ?? Tensor(zeros: x.shape, in: arena)
    device.scatterAdd(output, x.value, rows: rows, weights: weights)
    let result = variable(
      output,
      needsGradient: x.needsGradient || scores.needsGradient || residual?.needsGradient == true)
    let work = Work(floats: 3 * output.count)
    record(result, OperationCost("shared", forward: work, backward: work)) { [self] dy in
      if scores.needsGradient {
        let products = Tensor(zeros: scores.shape, in: arena)
        device.addRowProducts(RowNumbers(products), dy, rows: rows, x.value)
        let gradient = tensor(scores.shape)
        device.activateBackward(gradient, products, scores.value, .sigmoid)
        give(gradient, to: scores)
      }
      if x.needsGradient {
        let dx = tensor(x.shape)
        device.gather(dx, dy, rows: rows, weights: weights)
        give(dx, to: x)
      }
      if let residual { give(dy, to: residual) }
    }
    return result
  }
}
