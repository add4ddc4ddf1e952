import CKernels
import Tensors

extension Tape {
  /// The gated activation of llama's feed-forward layer: `silu(gate) · up`.
  ///
  /// Shapes: all `[N, F]`. Keeps both inputs.
  ///
  /// Source: Shazeer 2020, arXiv:2002.05202, equation 6.
  package func swiGLU(gate: Variable, up: Variable) -> Variable {
    let count = gate.value.count
    precondition(up.value.count == count, "gate \(gate.value.shape), up \(up.value.shape)")
    let output = tensor(gate.value.shape)
    withExtendedLifetime((gate, up, output)) {
      ft_swiglu_forward(output.data, gate.value.data, up.value.data, count)
    }
    let result = variable(output, needsGradient: gate.needsGradient || up.needsGradient)
    let cost = OperationCost(
      "swiglu", forward: Work(floats: 3 * count), backward: Work(floats: 5 * count))
    record(result, cost) { [self] dy in
      let dGate = tensor(gate.value.shape)
      let dUp = tensor(up.value.shape)
      withExtendedLifetime((dGate, dUp, dy, gate, up)) {
        ft_swiglu_backward(
          dGate.data, dUp.data, dy.data, gate.value.data, up.value.data, count)
      }
      give(dGate, to: gate)
      give(dUp, to: up)
    }
    return result
  }
}
