import Autograd
import Tensors

/// The feed-forward layer: see ``FeedForwardPlan``.
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

  /// Returns `residual + multiplier · feedForward(x)`; all `[N, C]`.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, residual: Variable, multiplier: Float
  ) -> Variable {
    let inner = activated(x, pass)
    let output = down(inner, pass, norm: outputNorm, residual: residual, multiplier: multiplier)
    inner.release()
    return output
  }

  /// What `down` reads, `[N, F]`.
  private func activated(_ x: Variable, _ pass: ForwardPass) -> Variable {
    let tape = pass.tape
    let results = Linear.all([gate, up].compactMap(\.self), x, pass)
    if gate != nil { return tape.gated(gate: results[0], up: results[1], plan.activation) }
    guard plan.upHoldsGate else { return tape.activated(results[0], plan.activation) }
    let width = plan.innerWidth
    let halves = [0, width].map {
      tape.columns(
        of: results[0], ColumnBlocks(start: $0, width: width, stride: width), count: width)
    }
    // Neither a product nor the taking of columns looks at it in its backward pass.
    results[0].discard()
    return tape.gated(gate: halves[0], up: halves[1], plan.activation)
  }

  var linears: [Linear] { [gate, up, down].compactMap(\.self) }
}
