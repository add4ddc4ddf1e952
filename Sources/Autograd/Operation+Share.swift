import Mathematics
import Tensors

extension Tape {
  /// `residual + x / (1 + exp(−score))`, a score a row.
  ///
  /// Shapes: `x` and `residual` are `[N, C]`, `scores` `[N, 1]`. Keeps `x` and the scores.
  package func shared(
    _ x: Variable, by scores: Variable, residual: Variable? = nil
  ) -> Variable {
    let rows = (0..<Int32(x.value.rows)).map { $0 }
    let shares = scores.value.values.map { 1 / (1 + exponential(-Double($0))) }
    let weights = shares.map(Float.init)
    let output = residual.map { $0.value.copy(in: arena) } ?? Tensor(zeros: x.shape, in: arena)
    device.scatterAdd(output, x.value, rows: rows, weights: weights)
    let result = variable(
      output,
      needsGradient: x.needsGradient || scores.needsGradient || residual?.needsGradient == true)
    let work = Work(floats: 3 * output.count)
    record(result, OperationCost("shared", forward: work, backward: work)) { [self] dy in
      if scores.needsGradient {
        let products = device.rowProducts(dy, rows: rows, x.value)
        let gradient = zip(products, shares).map { Float(Double($0) * $1 * (1 - $1)) }
        give(tensor(of: gradient, scores.shape), to: scores)
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
