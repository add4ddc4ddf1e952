package import Autograd
import Tensors

/// A linear layer, `y = x · weightᵀ + bias`, that an adapter may be attached to.
package final class Linear {
  /// The matrix, `[O, C]`.
  package let weight: Parameter
  /// What is added to each output, `[O]`.
  package let bias: Parameter?
  /// What a low-rank adapter adds; nil without one.
  package var adapter: LowRankTerm?
  private let plan: LinearPlan

  init<Failure: Error>(_ plan: LinearPlan, _ source: WeightSource<Failure>) throws(Failure) {
    self.plan = plan
    weight = try source.parameter(plan.weight)
    bias = try source.parameter(plan.bias)
  }

  /// The module's name in model files, such as `model.layers.0.self_attn.q_proj`.
  package var path: String { plan.path }
  /// The width of the input, C.
  package var inputWidth: Int { plan.inputs }
  /// The width of the output, O.
  package var outputWidth: Int { plan.outputs }
  /// Whether files keep the matrix as `[C, O]`.
  package var isTurnedInFiles: Bool { plan.isTurnedInFiles }

  /// Returns `residual + linear(x)`; `product` is `x · weightᵀ`, if it has been made already.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, residual: Variable? = nil, product: Tensor? = nil
  ) -> Variable {
    pass.tape.linear(
      x, weight: weight, bias: bias, adapter: adapter, dropout: pass.dropout, residual: residual,
      product: product)
  }

  /// The results of layers that read the same `x`.
  ///
  /// In training each is computed by itself: products are large, and what one layer keeps lies
  /// together.
  static func all(_ layers: [Linear], _ x: Variable, _ pass: ForwardPass) -> [Variable] {
    guard !pass.tape.isRecording else { return layers.map { $0(x, pass) } }
    let products = pass.tape.products(x, layers.map(\.weight))
    return zip(layers, products).map { layer, product in layer(x, pass, product: product) }
  }

  /// Returns `residual + multiplier · norm(linear(x))`, without the norm where there is none.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, norm: Norm?, residual: Variable, multiplier: Float
  ) -> Variable {
    guard multiplier == 1 else {
      let result = self(x, pass)
      return pass.tape.scaled(norm?(result, pass) ?? result, by: multiplier, residual: residual)
    }
    guard let norm else { return self(x, pass, residual: residual) }
    return norm(self(x, pass), pass, residual: residual)
  }
}
