import CKernels
package import Mathematics
package import Tensors

extension Activation {
  fileprivate var kernelName: ft_activation {
    switch self {
    case .silu: FT_SILU
    case .gelu: FT_GELU
    case .geluTanh: FT_GELU_TANH
    case .geluQuick: FT_GELU_QUICK
    case .relu: FT_RELU
    case .reluSquared: FT_RELU_SQUARED
    case .tanh: FT_TANH
    case .sigmoid: FT_SIGMOID
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

  package func multiply(_ out: Tensor, _ a: Tensor, _ b: Tensor) {
    withExtendedLifetime((out, a, b)) { ft_multiply(out.floats, a.floats, b.floats, out.count) }
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
      var job = ft_activation_job(
        out: out.floats, dgate: nil, dup: nil, dout: nil, gate: x.floats, up: nil,
        kind: kind.kernelName, n: x.count)
      ft_activation_forward(&job)
    }
  }

  package func activateBackward(
    _ dx: Tensor, _ dout: Tensor, _ x: Tensor, _ kind: Activation
  ) {
    withExtendedLifetime((dx, dout, x)) {
      var job = ft_activation_job(
        out: nil, dgate: dx.floats, dup: nil, dout: dout.floats, gate: x.floats, up: nil,
        kind: kind.kernelName, n: x.count)
      ft_activation_backward(&job)
    }
  }

  package func gate(_ out: Tensor, gate: Tensor, up: Tensor, _ kind: Activation) {
    withExtendedLifetime((out, gate, up)) {
      var job = ft_activation_job(
        out: out.floats, dgate: nil, dup: nil, dout: nil, gate: gate.floats, up: up.floats,
        kind: kind.kernelName, n: out.count)
      ft_activation_forward(&job)
    }
  }

  package func gateBackward(
    dGate: Tensor, dUp: Tensor, _ dout: Tensor, gate: Tensor, up: Tensor, _ kind: Activation
  ) {
    withExtendedLifetime((dGate, dUp, dout, gate, up)) {
      var job = ft_activation_job(
        out: nil, dgate: dGate.floats, dup: dUp.floats, dout: dout.floats, gate: gate.floats,
        up: up.floats, kind: kind.kernelName, n: gate.count)
      ft_activation_backward(&job)
    }
  }

  package func clampedGate(_ out: Tensor, _ x: Tensor, _ kind: ClampedGate) {
    withExtendedLifetime((out, x)) {
      var job = ft_clamped_gate_job(
        out: out.floats, dx: nil, dout: nil, x: x.floats, alpha: kind.alpha, limit: kind.limit,
        n: out.count)
      ft_clamped_gate_forward(&job)
    }
  }

  package func clampedGateBackward(
    _ dx: Tensor, _ dout: Tensor, _ x: Tensor, _ kind: ClampedGate
  ) {
    withExtendedLifetime((dx, dout, x)) {
      var job = ft_clamped_gate_job(
        out: nil, dx: dx.floats, dout: dout.floats, x: x.floats, alpha: kind.alpha,
        limit: kind.limit, n: dout.count)
      ft_clamped_gate_backward(&job)
    }
  }

  package func dropout(
    _ out: Tensor, _ x: Tensor, share: Float, _ stream: RandomStream, offset: UInt64
  ) {
    withExtendedLifetime((out, x)) {
      ft_dropout(out.floats, x.floats, share, stream.kernelStream(from: offset), x.count)
    }
  }

  package func sumsOfSquares(_ tensors: [Tensor]) -> [Double] {
    tensors.map { x in withExtendedLifetime(x) { ft_sum_of_squares(x.floats, x.count) } }
  }

  package func isFinite(_ x: Tensor) -> Bool {
    withExtendedLifetime(x) { ft_all_finite(x.floats, x.count) }
  }
}
