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

  /// Puts parts beside each other in rows of `width` columns, each where its blocks say; columns that
  /// no part has are 0.
  ///
  /// Keeps nothing.
  package func placed(
    _ parts: [(part: Variable, blocks: ColumnBlocks)], width: Int
  ) -> Variable {
    let rows = parts.first?.part.value.rows ?? 0
    let output = Tensor(zeros: [rows, width], in: arena)
    for (part, blocks) in parts {
      precondition(blocks.reach(part.value.columns) <= width, "columns beyond \(width)")
      device.addColumns(output, part.value, blocks)
    }
    let result = variable(output, needsGradient: parts.contains { $0.part.needsGradient })
    let work = Work(floats: 3 * output.count)
    record(result, OperationCost("columns", forward: work, backward: work)) { [self] dy in
      for (part, blocks) in parts where part.needsGradient {
        let gradient = tensor(part.shape)
        device.takeColumns(gradient, dy, blocks)
        give(gradient, to: part)
      }
    }
    return result
  }
}
