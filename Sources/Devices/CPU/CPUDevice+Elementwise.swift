import CKernels
package import Numerics
package import Tensors

extension Activation {
  fileprivate var kernelName: ft_activation {
    switch self {
    case .silu: FT_SILU
    case .gelu: FT_GELU
    case .geluTanh: FT_GELU_TANH
    }
  }
}

extension CPUDevice {
  package func fill(_ x: Tensor, _ value: Float) {
    withExtendedLifetime(x) { ft_fill(x.floats, value, x.count) }
  }

  package func add(_ x: Tensor, _ other: Tensor) {
    withExtendedLifetime((x, other)) { ft_add(x.floats, x.floats, other.floats, x.count) }
  }

  package func scale(_ x: Tensor, by factor: Float) {
    withExtendedLifetime(x) { ft_scale(x.floats, x.floats, factor, x.count) }
  }

  package func softCap(_ x: Tensor, cap: Float) {
    withExtendedLifetime(x) { ft_soft_cap_forward(x.floats, x.floats, cap, x.count) }
  }

  package func multiplySoftCapSlope(_ dx: Tensor, of y: Tensor, cap: Float) {
    withExtendedLifetime((dx, y)) { ft_soft_cap_backward(dx.floats, y.floats, cap, dx.count) }
  }

  package func activate(_ out: Tensor, _ x: Tensor, _ kind: Activation) {
    withExtendedLifetime((out, x)) {
      ft_activation_forward(out.floats, x.floats, kind.kernelName, x.count)
    }
  }

  package func activateBackward(
    _ dx: Tensor, _ dout: Tensor, _ x: Tensor, _ kind: Activation
  ) {
    withExtendedLifetime((dx, dout, x)) {
      ft_activation_backward(dx.floats, dout.floats, x.floats, kind.kernelName, x.count)
    }
  }

  package func gate(_ out: Tensor, gate: Tensor, up: Tensor, _ kind: Activation) {
    withExtendedLifetime((out, gate, up)) {
      ft_gated_forward(out.floats, gate.floats, up.floats, kind.kernelName, out.count)
    }
  }

  package func gateBackward(
    dGate: Tensor, dUp: Tensor, _ dout: Tensor, gate: Tensor, up: Tensor, _ kind: Activation
  ) {
    withExtendedLifetime((dGate, dUp, dout, gate, up)) {
      ft_gated_backward(
        dGate.floats, dUp.floats, dout.floats, gate.floats, up.floats, kind.kernelName, gate.count)
    }
  }

  package func dropout(
    _ out: Tensor, _ x: Tensor, share: Float, _ stream: RandomStream, offset: UInt64
  ) {
    withExtendedLifetime((out, x)) {
      ft_dropout(
        out.floats, x.floats, share, stream.seed, stream.purpose.rawValue, stream.step, offset,
        x.count)
    }
  }

  package func sumOfSquares(_ x: Tensor) -> Double {
    withExtendedLifetime(x) { ft_sum_of_squares(x.floats, x.count) }
  }

  package func isFinite(_ x: Tensor) -> Bool {
    withExtendedLifetime(x) { ft_all_finite(x.floats, x.count) }
  }
}
