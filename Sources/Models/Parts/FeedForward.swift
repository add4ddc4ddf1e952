import Autograd

/// The feed-forward layer: `down(activation(gate(x)) · up(x))`, or without a gate
/// `down(activation(up(x)))`.
package final class FeedForward {
  private let gate: Linear?
  /// From C to F.
  package let up: Linear
  private let down: Linear
  private let shareGate: Linear?
  private let outputNorm: Norm?
  private let plan: FeedForwardPlan

  init<Failure: Error>(_ plan: FeedForwardPlan, _ source: WeightSource<Failure>) throws(Failure) {
    self.plan = plan
    gate = if let gate = plan.gate { try Linear(gate, source) } else { nil }
    up = try Linear(plan.up, source)
    down = try Linear(plan.down, source)
    shareGate = if let gate = plan.shareGate { try Linear(gate, source) } else { nil }
    outputNorm = try source.norm(plan.outputNorm)
  }

  /// Returns `residual + feedForward(x)`, or without a residual `feedForward(x)`; all `[N, C]`.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, residual: Variable? = nil
  ) -> Variable {
    let results = Linear.all([gate, up].compactMap(\.self), x, pass)
    let inner =
      gate == nil
      ? pass.tape.activated(results[0], plan.activation)
      : pass.tape.gated(gate: results[0], up: results[1], plan.activation)
    defer { inner.release() }
    guard let shareGate else { return down(inner, pass, norm: outputNorm, residual: residual) }
    return pass.tape.shared(down(inner, pass), by: shareGate(x, pass), residual: residual)
  }

  var linears: [Linear] { [gate, up, down, shareGate].compactMap(\.self) }
}
