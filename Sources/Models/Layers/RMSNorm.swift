package import Autograd

/// Root-mean-square normalisation with a learned weight, `[C]`.
package final class RMSNorm {
  package let weight: Parameter
  private let epsilon: Float
  /// What is added to the weight: 1 where model files keep it less one.
  private let offset: Float

  package init(weight: Parameter, epsilon: Float, offset: Float = 0) {
    self.weight = weight
    self.epsilon = epsilon
    self.offset = offset
  }

  /// Returns the normalised `x`, with `residual` added where there is one.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass, residual: Variable? = nil) -> Variable {
    pass.tape.rmsNorm(x, weight: weight, epsilon: epsilon, offset: offset, residual: residual)
  }
}
