import Autograd

/// The feed-forward layer: `down(activation(gate(x)) · up(x))`, or without a gate
/// `down(activation(up(x)))`.
package final class FeedForward {
  private let gate: Linear?
  /// From C to F.
  package let up: Linear
  private let down: Linear
  private let outputNorm: Norm?
  private let plan: FeedForwardPlan

  init<Failure: Error>(_ plan: FeedForwardPlan, _ source: WeightSource<Failure>) throws(Failure) {
    self.plan = plan
    gate = if let gate = plan.gate { try Linear(gate, source) } else { nil }
    up = try Linear(plan.up, source)
    down = try Linear(plan.down, source)
    outputNorm = try source.norm(plan.outputNorm)
  }

  /// Returns `residual + feedForward(x)`; all `[N, C]`.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass, residual: Variable) -> Variable {
    let results = Linear.all([gate, up].compactMap(\.self), x, pass)
    let inner =
      gate == nil
      ? pass.tape.activated(results[0], plan.activation)
      : pass.tape.gated(gate: results[0], up: results[1], plan.activation)
    let output = down(inner, pass, norm: outputNorm, residual: residual)
    inner.release()
    return output
  }

  var linears: [Linear] { [gate, up, down].compactMap(\.self) }
}
