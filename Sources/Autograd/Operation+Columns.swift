package import Tensors

extension Tape {
  /// A part of the columns of `x`: what one layer made for several uses.
  ///
  /// Shapes: `x` is `[N, M]`, the result `[N, count]`, as many as the blocks hold. Keeps nothing.
  package func columns(of x: Variable, _ blocks: ColumnBlocks, count: Int) -> Variable {
    precondition(blocks.reach(count) <= x.value.columns, "columns beyond \(x.shape)")
    let output = tensor([x.value.rows, count])
    device.takeColumns(output, x.value, blocks)
    let result = variable(output, needsGradient: x.needsGradient)
    let work = Work(floats: 2 * output.count)
    record(result, OperationCost("columns", forward: work, backward: work)) { [self] dy in
      accumulate(x) { dx in device.addColumns(dx, dy, blocks) }
    }
    return result
  }
}
