package import Autograd

/// Root-mean-square normalisation with a learned weight, `[C]`.
package final class RMSNorm {
  package let weight: Parameter
  private let epsilon: Float

  package init(weight: Parameter, epsilon: Float) {
    self.weight = weight
    self.epsilon = epsilon
  }

  func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
    pass.tape.rmsNorm(x, weight: weight, epsilon: epsilon)
  }
}
