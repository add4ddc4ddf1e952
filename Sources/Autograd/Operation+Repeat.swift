import Tensors

extension Tape {
  /// The rows of `x`, `[N, C]`, that `rows` name, some of them more than once: `[M, C]`.
  ///
  /// The gradients of a row's copies are added in their order. No operation above looks at `x` itself.
  package func repeated(_ x: Variable, rows: [Int32]) -> Variable {
    let copies = tensor([rows.count, x.value.columns])
    device.gather(copies, x.value, rows: rows)
    let result = variable(copies, needsGradient: x.needsGradient)
    let work = Work(floats: 2 * copies.count)
    record(result, OperationCost("repeat", forward: work, backward: work)) { [self] dy in
      accumulate(x) { device.embeddingBackward($0, dy, ids: rows) }
    }
    return result
  }
}
