import CKernels
import Tensors

/// The nonlinear function of a feed-forward layer.
///
/// Source: Hendrycks and Gimpel 2016, arXiv:1606.08415; `silu` in its section 4.
package enum Activation: Hashable, Sendable, CaseIterable {
  /// x / (1 + exp(−x)).
  case silu
  /// x · Φ(x), Φ the normal distribution, by erf.
  case gelu
  /// The approximation of ``gelu`` by tanh.
  case geluTanh

  fileprivate var kind: ft_activation {
    switch self {
    case .silu: FT_SILU
    case .gelu: FT_GELU
    case .geluTanh: FT_GELU_TANH
    }
  }
}

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
      withExtendedLifetime((gate, up, output)) {
        ft_gated_forward(
          output.data, gate.value.data, up.value.data, activation.kind, count)
      }
      return output
    }
    let result = variable(
      compute(), needsGradient: gate.needsGradient || up.needsGradient, rebuild: compute)
    let cost = OperationCost(
      "gated activation", forward: Work(floats: 3 * count), backward: Work(floats: 5 * count))
    record(result, cost) { [self] dy in
      let dGate = tensor(gate.shape)
      let dUp = tensor(up.value.shape)
      withExtendedLifetime((dGate, dUp, dy, gate, up)) {
        ft_gated_backward(
          dGate.data, dUp.data, dy.data, gate.value.data, up.value.data, activation.kind, count)
      }
      give(dGate, to: gate)
      give(dUp, to: up)
    }
    return result
  }

  /// The activation of each element.
  ///
  /// Keeps `x`.
  package func activated(_ x: Variable, _ activation: Activation) -> Variable {
    let output = tensor(x.value.shape)
    withExtendedLifetime((x, output)) {
      ft_activation_forward(output.data, x.value.data, activation.kind, x.value.count)
    }
    let result = variable(output, needsGradient: x.needsGradient)
    let cost = OperationCost(
      "activation", forward: Work(floats: 2 * output.count),
      backward: Work(floats: 3 * output.count))
    record(result, cost) { [self] dy in
      let dx = tensor(x.value.shape)
      withExtendedLifetime((dx, dy, x)) {
        ft_activation_backward(
          dx.data, dy.data, x.value.data, activation.kind, x.value.count)
      }
      give(dx, to: x)
    }
    return result
  }
}
