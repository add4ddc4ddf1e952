import CKernels
import Tensors

extension Tape {
  /// The gated activation of llama's feed-forward layer: `silu(gate) · up`.
  ///
  /// Shapes: all `[N, F]`. Keeps both inputs, from which the result can be computed again.
  ///
  /// Source: Shazeer 2020, arXiv:2002.05202, equation 6.
  package func swiGLU(gate: Variable, up: Variable) -> Variable {
    let count = gate.value.count
    precondition(up.value.count == count, "gate \(gate.shape), up \(up.value.shape)")
    let compute = { [self] in
      let output = tensor(gate.shape)
      withExtendedLifetime((gate, up, output)) {
        ft_swiglu_forward(output.data, gate.value.data, up.value.data, count)
      }
      return output
    }
    let result = variable(
      compute(), needsGradient: gate.needsGradient || up.needsGradient, rebuild: compute)
    record(result) { [self] dy in
      let dGate = tensor(gate.shape)
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
