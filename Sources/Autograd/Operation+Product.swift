import Tensors

extension Tape {
  /// `a · b`, element by element.
  ///
  /// Keeps both, from which the result can be computed again.
  package func product(_ a: Variable, _ b: Variable) -> Variable {
    precondition(a.shape == b.shape, "\(a.shape) · \(b.shape)")
    let multiplied = { [self] (a: Tensor, b: Tensor) in
      let output = tensor(a.shape)
      device.multiply(output, a, b)
      return output
    }
    let result = variable(
      multiplied(a.value, b.value), needsGradient: a.needsGradient || b.needsGradient,
      rebuild: { multiplied(a.value, b.value) })
    let count = a.value.count
    let cost = OperationCost(
      "product", forward: Work(floats: 3 * count), backward: Work(floats: 5 * count))
    record(result, cost) { [self] dy in
      if a.needsGradient { give(multiplied(dy, b.value), to: a) }
      if b.needsGradient { give(multiplied(dy, a.value), to: b) }
    }
    return result
  }
}
