import Tensors

extension Tape {
  /// Looks up the rows of `table` that `ids` name, and adds `residual` where there is one.
  ///
  /// Shapes: `table` is `[V, C]`, `ids` `[N]` in `0..<V`, `residual` and the result `[N, C]`.
  /// Backward adds each row's gradient in the order of the rows. Bytes: two rows an id; no
  /// arithmetic forward but the sum.
  package func embedding(
    _ ids: [Int32], table: Parameter, residual: Variable? = nil
  ) -> Variable {
    let channels = table.shape[1]
    let output = tensor([ids.count, channels])
    table.weights.gather(ids, into: output)
    if let residual { output.add(residual.value) }
    let result = variable(
      output, needsGradient: table.isTrainable || residual?.needsGradient == true)
    let work = Work(floats: 2 * output.count)
    record(result, OperationCost("embedding", forward: work, backward: work)) { [self] dy in
      if let gradient = gradient(of: table) { device.embeddingBackward(gradient, dy, ids: ids) }
      if let residual { give(dy, to: residual) }
    }
    return result
  }
}
