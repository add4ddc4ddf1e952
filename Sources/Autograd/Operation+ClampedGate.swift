package import Tensors

extension Tape {
  /// The gated activation of a layer that makes gates and factors in turn: ``ClampedGate``.
  ///
  /// Shapes: `x` is `[N, 2 · F]`, the result `[N, F]`. Keeps `x`, from which the result can be
  /// computed again.
  package func clampedGate(_ x: Variable, _ kind: ClampedGate) -> Variable {
    let compute = { [self] in
      let output = tensor([x.value.rows, x.value.columns / 2])
      device.clampedGate(output, x.value, kind)
      return output
    }
    let result = variable(compute(), needsGradient: x.needsGradient, rebuild: compute)
    let count = x.value.count
    let cost = OperationCost(
      "gated activation", forward: Work(floats: count * 3 / 2),
      backward: Work(floats: count * 5 / 2))
    record(result, cost) { [self] dy in
      let dx = tensor(x.value.shape)
      device.clampedGateBackward(dx, dy, x.value, kind)
      give(dx, to: x)
    }
    return result
  }
}
