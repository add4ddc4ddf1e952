package import Autograd

/// Normalisation of rows, or of the heads within them, with learned weights.
package final class Norm {
  /// `[C]`.
  package let weight: Parameter
  /// `[C]`; nil for norms by the root mean square, and where there is none.
  package let bias: Parameter?
  private let plan: NormPlan

  init<Failure: Error>(_ plan: NormPlan, _ source: WeightSource<Failure>) throws(Failure) {
    self.plan = plan
    weight =
      plan.isLearned
      ? try source.parameter(plan.weight)
      : source.constant(plan.weight.name, plan.weight.shape, 1)
    bias = plan.isLearned ? try source.parameter(plan.bias) : nil
  }

  /// Returns the normalised `x`, with `residual` added where there is one.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass, residual: Variable? = nil) -> Variable {
    let epsilon = Float(plan.epsilon)
    if plan.kind == .layer {
      return pass.tape.layerNorm(
        x, weight: weight, bias: bias, epsilon: epsilon, offset: Float(plan.offset),
        residual: residual)
    }
    return pass.tape.rmsNorm(
      x, weight: weight, epsilon: epsilon, offset: Float(plan.offset), residual: residual)
  }
}
