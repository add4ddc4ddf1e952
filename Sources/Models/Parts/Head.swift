package import Autograd
package import Tensors

/// The output layer: logits of the last hidden states.
package struct Head {
  /// `[V, C]`; the table of tokens itself where the two are one.
  package internal(set) var weight: Parameter
  /// Bounds of the logits: x becomes cap · tanh(x / cap).
  package let softCap: Float?

  init<Failure: Error>(
    _ plan: HeadPlan, tokens: Parameter, _ source: WeightSource<Failure>
  ) throws(Failure) {
    weight = plan.isEmbedding ? tokens : try source.parameter(plan.weight)
    softCap = plan.softCap.map(Float.init)
  }

  /// Computes the logits, `[M, V]`, of the M chosen rows of `hidden`, `[N, C]`.
  package func logits(_ hidden: Variable, rows: [Int], in arena: Arena) -> Tensor {
    let chosen = Tensor(uninitialized: [rows.count, weight.shape[1]], in: arena)
    for (place, row) in rows.enumerated() {
      chosen.rows(place..<place + 1).assign(hidden.value.rows(row..<row + 1))
    }
    let logits = Tensor(uninitialized: [rows.count, weight.shape[0]], in: arena)
    multiply(into: logits, chosen, weight.weights.transposed)
    if let softCap { logits.softCap(softCap) }
    return logits
  }
}
