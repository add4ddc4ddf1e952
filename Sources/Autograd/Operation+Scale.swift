import Tensors

extension Tape {
  /// Multiplies each element by `factor`, in place, and adds `residual` where there is one: the
  /// result shares `x`'s memory.
  ///
  /// No operation below may need the unscaled values in its backward pass.
  package func scaled(
    _ x: Variable, by factor: Float, residual: Variable? = nil
  ) -> Variable {
    if factor != 1 { x.value.scale(by: factor) }
    if let residual { x.value.add(residual.value) }
    let result = variable(
      x.value, needsGradient: x.needsGradient || residual?.needsGradient == true)
    let work = Work(floats: (residual == nil ? 2 : 3) * x.value.count)
    record(result, OperationCost("scale", forward: work, backward: work)) { [self] dy in
      guard let residual else {
        dy.scale(by: factor)
        return give(dy, to: x)
      }
      if x.needsGradient {
        let dx = dy.copy(in: arena)
        if factor != 1 { dx.scale(by: factor) }
        give(dx, to: x)
      }
      give(dy, to: residual)
    }
    return result
  }
}
