package import Tensors

extension Tape {
  /// The gated activation of a feed-forward layer: `activation(gate) · up`.
  ///
  /// Shapes: all `[N, F]`. Keeps both inputs, from which the result can be computed again.
  ///
  /// Source: Shazeer 2020, arXiv:2002.05202, equation 6.
  package func gated(gate: Variable, up: Variable, _ activation: Activation) -> Variable {
    let count = gate.value.count
    precondition(up.value.count == count, "gate \(gate.shape), up \(up.shape)")
    let compute = { [self] in
      let output = tensor(gate.shape)
      device.gate(output, gate: gate.value, up: up.value, activation)
      return output
    }
    let result = variable(
      compute(), needsGradient: gate.needsGradient || up.needsGradient, rebuild: compute)
    let cost = OperationCost(
      "gated activation", forward: Work(floats: 3 * count), backward: Work(floats: 5 * count))
    record(result, cost) { [self] dy in
      let dGate = tensor(gate.shape)
      let dUp = tensor(up.value.shape)
      device.gateBackward(
        dGate: dGate, dUp: dUp, dy, gate: gate.value, up: up.value, activation)
      give(dGate, to: gate)
      give(dUp, to: up)
    }
    return result
  }

  /// The activation of each element.
  ///
  /// Keeps `x`, from which the result can be computed again.
  package func activated(_ x: Variable, _ activation: Activation) -> Variable {
    let compute = { [self] in
      let output = tensor(x.shape)
      device.activate(output, x.value, activation)
      return output
    }
    let result = variable(compute(), needsGradient: x.needsGradient, rebuild: compute)
    let count = x.value.count
    let cost = OperationCost(
      "activation", forward: Work(floats: 2 * count), backward: Work(floats: 3 * count))
    record(result, cost) { [self] dy in
      let dx = tensor(x.value.shape)
      device.activateBackward(dx, dy, x.value, activation)
      give(dx, to: x)
    }
    return result
  }
}
