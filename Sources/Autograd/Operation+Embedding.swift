import Tensors

extension Tape {
  /// Looks up the rows of `table` that `ids` name.
  ///
  /// Shapes: `table` is `[V, C]`, `ids` `[N]` in `0..<V`, the result `[N, C]`. Backward adds each
  /// row's gradient in the order of the rows. Bytes: two rows an id; no arithmetic forward.
  package func embedding(_ ids: [Int32], table: Parameter) -> Variable {
    let channels = table.shape[1]
    let output = tensor([ids.count, channels])
    table.weights.gather(ids, into: output)
    let result = variable(output, needsGradient: table.isTrainable)
    let work = Work(floats: 2 * output.count)
    record(result, OperationCost("embedding", forward: work, backward: work)) { [device] dy in
      guard let gradient = table.gradient() else { return }
      device.embeddingBackward(gradient, dy, ids: ids)
    }
    return result
  }
}
