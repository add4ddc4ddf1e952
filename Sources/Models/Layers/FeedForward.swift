import Autograd
package import Tensors

/// The gated feed-forward layer: `down(activation(gate(x)) · up(x))`.
package final class FeedForward {
  package let gate: Linear
  package let up: Linear
  package let down: Linear
  /// What normalises the result before it is added, where the family has it.
  package let outputNorm: RMSNorm?
  private let activation: Activation

  package init(
    gate: Linear, up: Linear, down: Linear, outputNorm: RMSNorm?, activation: Activation
  ) {
    self.gate = gate
    self.up = up
    self.down = down
    self.outputNorm = outputNorm
    self.activation = activation
  }

  /// Returns `residual + feedForward(x)`; all `[N, C]`.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass, residual: Variable) -> Variable {
    let both = Linear.all([gate, up], x, pass)
    let inner = pass.tape.gated(gate: both[0], up: both[1], activation)
    let output = down(inner, pass, norm: outputNorm, residual: residual)
    inner.release()
    return output
  }

  var linears: [Linear] { [gate, up, down] }

  var parameters: [Parameter] {
    linears.flatMap(\.parameters) + [outputNorm].compactMap { $0?.weight }
  }
}
