import CKernels
import CUDAKernels
package import Mathematics
package import Tensors

extension Kernel {
  fileprivate static func elements(_ name: String) -> Kernel { Kernel(.elementwise, name) }
}

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

extension CUDADevice {
  /// Runs a kernel of up to two operands and a factor.
  private func each(
    _ name: String, _ out: Tensor, _ a: Tensor? = nil, _ b: Tensor? = nil, factor: Float = 0
  ) {
    let job = ft_elementwise_job(
      out: out.floats, a: a?.floats, b: b?.floats, factor: factor, rows: 0, channels: 0)
    runEach(.elements(name), job, count: out.count)
  }

  package func fill(_ x: Tensor, _ value: Float) { each("ft_fill", x, factor: value) }
  package func add(_ x: Tensor, _ other: Tensor) { each("ft_add", x, x, other) }
  package func multiply(_ out: Tensor, _ a: Tensor, _ b: Tensor) { each("ft_multiply", out, a, b) }
  package func scale(_ x: Tensor, by factor: Float) { each("ft_scale", x, x, factor: factor) }
  package func softCap(_ x: Tensor, cap: Float) { each("ft_soft_cap_forward", x, x, factor: cap) }
  package func multiplySoftCapSlope(_ dx: Tensor, of y: Tensor, cap: Float) {
    each("ft_soft_cap_backward", dx, y, factor: cap)
  }

  package func activate(_ out: Tensor, _ x: Tensor, _ kind: Activation) {
    let job = ft_activation_job(
      out: out.floats, dgate: nil, dup: nil, dout: nil, gate: x.floats, up: nil,
      kind: kind.kernelName, n: x.count)
    runEach(.elements("ft_activation_forward"), job, count: x.count)
  }

  package func activateBackward(_ dx: Tensor, _ dout: Tensor, _ x: Tensor, _ kind: Activation) {
    let job = ft_activation_job(
      out: nil, dgate: dx.floats, dup: nil, dout: dout.floats, gate: x.floats, up: nil,
      kind: kind.kernelName, n: x.count)
    runEach(.elements("ft_activation_backward"), job, count: x.count)
  }

  package func gate(_ out: Tensor, gate: Tensor, up: Tensor, _ kind: Activation) {
    let job = ft_activation_job(
      out: out.floats, dgate: nil, dup: nil, dout: nil, gate: gate.floats, up: up.floats,
      kind: kind.kernelName, n: out.count)
    runEach(.elements("ft_gated_forward"), job, count: out.count)
  }

  package func gateBackward(
    dGate: Tensor, dUp: Tensor, _ dout: Tensor, gate: Tensor, up: Tensor, _ kind: Activation
  ) {
    let job = ft_activation_job(
      out: nil, dgate: dGate.floats, dup: dUp.floats, dout: dout.floats, gate: gate.floats,
      up: up.floats, kind: kind.kernelName, n: gate.count)
    runEach(.elements("ft_gated_backward"), job, count: gate.count)
  }

  package func clampedGate(_ out: Tensor, _ x: Tensor, _ kind: ClampedGate) {
    let job = ft_clamped_gate_job(
      out: out.floats, dx: nil, dout: nil, x: x.floats, alpha: kind.alpha, limit: kind.limit,
      n: out.count)
    runEach(.elements("ft_clamped_gate_forward"), job, count: out.count)
  }

  package func clampedGateBackward(
    _ dx: Tensor, _ dout: Tensor, _ x: Tensor, _ kind: ClampedGate
  ) {
    let job = ft_clamped_gate_job(
      out: nil, dx: dx.floats, dout: dout.floats, x: x.floats, alpha: kind.alpha,
      limit: kind.limit, n: dout.count)
    runEach(.elements("ft_clamped_gate_backward"), job, count: dout.count)
  }

  package func sumsOfSquares(_ tensors: [Tensor]) -> [Double] {
    guard !tensors.isEmpty else { return [] }
    return fetched(sendSumsOfSquares(tensors), tensors.count, zero: 0)
  }

  /// Has sums of squares worked out, and returns where they will be until the next operation.
  func sendSumsOfSquares(
    _ tensors: [Tensor], besides byteCount: Int = 0
  ) -> UnsafeMutablePointer<Double>? {
    let stretches = tensors.map { ($0.count + Self.stretch - 1) / Self.stretch }
    let most = stretches.max() ?? 0
    card.scratch.begin(8 * (tensors.count + most) + 1024 + byteCount)
    let totals = room(tensors.count, of: Double.self)
    // One tensor's sums are joined before the next one's are written.
    let sums = room(most, of: Double.self)
    for (index, x) in tensors.enumerated() {
      let job = ft_cuda_sum_job(
        x: x.floats, sums: sums, total: totals.map { $0 + index }, count: x.count)
      run(.elements("ft_sums_of_squares"), LaunchGrid(threadsFor: 16 * stretches[index]), job)
      run(.elements("ft_join_sums"), LaunchGrid(1, threads: 32), job)
    }
    return totals
  }

  /// Elements of a stretch, `FT_STRETCH`.
  private static let stretch = 4096

  package func isFinite(_ x: Tensor) -> Bool {
    guard x.count > 0 else { return true }
    let found = UnsafeMutablePointer(mutating: sent([Int32(0)]))
    let job = ft_cuda_finite_job(x: x.floats, found: found, count: x.count)
    run(.elements("ft_all_finite"), LaunchGrid(threadsFor: x.count), job)
    return fetched(found, 1, zero: 0)[0] == 0
  }
}

extension CUDADevice {
  /// Runs a kernel of numbers drawn by address.
  private func draw(
    _ name: String, _ out: Tensor, of x: Tensor? = nil, _ parameter: Float,
    _ stream: RandomStream, offset: UInt64
  ) {
    let job = ft_cuda_random_job(
      out: out.floats, x: x?.floats, parameter: parameter,
      stream: ft_stream(
        seed: stream.seed, purpose: stream.purpose.rawValue, step: stream.step, offset: offset),
      count: out.count)
    run(Kernel(.random, name), LaunchGrid(threadsFor: out.count), job)
  }

  package func dropout(
    _ out: Tensor, _ x: Tensor, share: Float, _ stream: RandomStream, offset: UInt64
  ) {
    draw("ft_dropout", out, of: x, share, stream, offset: offset)
  }

  package func fillNormal(_ x: Tensor, deviation: Float, _ stream: RandomStream, offset: Int) {
    draw("ft_random_normal", x, deviation, stream, offset: UInt64(offset))
  }

  package func fillUniform(_ x: Tensor, limit: Float, _ stream: RandomStream, offset: Int) {
    draw("ft_random_uniform_within", x, limit, stream, offset: UInt64(offset))
  }
}
