import CKernels
import Tensors

extension Tape {
  /// Looks up the rows of `table` that `ids` name.
  ///
  /// Shapes: `table` is `[V, C]`, `ids` `[N]` in `0..<V`, the result `[N, C]`. Backward adds each
  /// row's gradient in the order of the rows. Bytes: two rows an id; no arithmetic forward.
  package func embedding(_ ids: [Int32], table: Parameter) -> Variable {
    let channels = table.value.columns
    precondition(
      ids.allSatisfy { $0 >= 0 && Int($0) < table.value.rows },
      "a token id outside 0..<\(table.value.rows)")
    let output = tensor([ids.count, channels])
    withExtendedLifetime((table, output)) {
      ft_embedding_forward(output.data, table.value.data, ids, ids.count, channels)
    }
    let result = variable(output, needsGradient: table.isTrainable)
    let work = Work(floats: 2 * output.count)
    record(result, OperationCost("embedding", forward: work, backward: work)) { dy in
      guard let gradient = table.gradient() else { return }
      withExtendedLifetime((gradient, dy)) {
        ft_embedding_backward(gradient.data, dy.data, ids, ids.count, channels)
      }
    }
    return result
  }
}
