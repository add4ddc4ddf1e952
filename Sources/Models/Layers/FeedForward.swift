import Autograd

/// The gated feed-forward layer: `down(silu(gate(x)) · up(x))`.
package final class FeedForward {
  package let gate: Linear
  package let up: Linear
  package let down: Linear

  package init(gate: Linear, up: Linear, down: Linear) {
    self.gate = gate
    self.up = up
    self.down = down
  }

  /// Returns `residual + feedForward(x)`; all `[N, C]`.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass, residual: Variable) -> Variable {
    let inner = pass.tape.swiGLU(gate: gate(x, pass), up: up(x, pass))
    let output = down(inner, pass, residual: residual)
    inner.release()
    return output
  }

  var linears: [Linear] { [gate, up, down] }
}
