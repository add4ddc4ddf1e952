package import Mathematics

/// What is done an element at a time, and sums over all elements.
package protocol ElementwiseOperations: Sendable {
  /// x = value
  func fill(_ x: Tensor, _ value: Float)
  /// x += other
  func add(_ x: Tensor, _ other: Tensor)
  /// out = a · b, element by element.
  func multiply(_ out: Tensor, _ a: Tensor, _ b: Tensor)
  /// x = x · factor
  func scale(_ x: Tensor, by factor: Float)
  /// x = cap · tanh(x / cap): kept within ±cap.
  func softCap(_ x: Tensor, cap: Float)
  /// dx, the gradient of y = `softCap` of x, becomes that of x: times 1 − (y / cap)².
  func multiplySoftCapSlope(_ dx: Tensor, of y: Tensor, cap: Float)

  /// out = activation(x)
  func activate(_ out: Tensor, _ x: Tensor, _ kind: Activation)
  /// Overwrites dx with the gradient of ``activate(_:_:_:)``.
  func activateBackward(_ dx: Tensor, _ dout: Tensor, _ x: Tensor, _ kind: Activation)
  /// out = activation(gate) · up
  func gate(_ out: Tensor, gate: Tensor, up: Tensor, _ kind: Activation)
  /// Overwrites dGate and dUp with the gradients of ``gate(_:gate:up:_:)``.
  func gateBackward(
    dGate: Tensor, dUp: Tensor, _ dout: Tensor, gate: Tensor, up: Tensor, _ kind: Activation)

  /// out, `[N, F]`, of x, `[N, 2 · F]`, whose gates and factors stand in turn: see ``ClampedGate``.
  func clampedGate(_ out: Tensor, _ x: Tensor, _ kind: ClampedGate)
  /// Overwrites dx with the gradient of ``clampedGate(_:_:_:)``.
  func clampedGateBackward(_ dx: Tensor, _ dout: Tensor, _ x: Tensor, _ kind: ClampedGate)

  /// out = x · keep / (1 − share), keep drawn by place from `stream`, from element `offset` of it on;
  /// the same call on a gradient is the backward pass. `out` may be `x`.
  func dropout(_ out: Tensor, _ x: Tensor, share: Float, _ stream: RandomStream, offset: UInt64)

  /// The sum of squares of each tensor: sixteen lanes in each stretch of 4,096 elements, the stretches'
  /// sums joined in order, in double. All at once, for a device is waited for once.
  func sumsOfSquares(_ tensors: [Tensor]) -> [Double]
  /// Whether no element is NaN or infinite.
  func isFinite(_ x: Tensor) -> Bool
}

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
  /// Its approximation x / (1 + exp(−1.702 · x)).
  case geluQuick
  /// max(x, 0), with slope 0 at 0.
  case relu
  /// The square of ``relu``.
  case reluSquared
  case tanh
  /// 1 / (1 + exp(−x)).
  case sigmoid
}

/// (u + 1) · g / (1 + exp(−alpha · g)), the gate g being at most `limit` and the factor u within
/// ±limit.
///
/// Source: OpenAI 2025, arXiv:2508.10925, section 2.2.
package struct ClampedGate: Hashable, Sendable {
  /// What the gate is multiplied by before its logistic function.
  package let alpha: Float
  /// Where gate and factor end.
  package let limit: Float

  package init(alpha: Float, limit: Float) {
    self.alpha = alpha
    self.limit = limit
  }
}
