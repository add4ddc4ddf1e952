import Tensors

extension Tape {
  /// Multiplies each element by `factor`, in place: the result shares `x`'s memory.
  ///
  /// No operation below may need the unscaled values in its backward pass.
  package func scaled(_ x: Variable, by factor: Float) -> Variable {
    x.value.scale(by: factor)
    let result = variable(x.value, needsGradient: x.needsGradient)
    let work = Work(floats: 2 * x.value.count)
    record(result, OperationCost("scale", forward: work, backward: work)) { [self] dy in
      dy.scale(by: factor)
      give(dy, to: x)
    }
    return result
  }
}
