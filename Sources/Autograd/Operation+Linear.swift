package import Tensors

extension Tape {
  /// `x · weightᵀ` for each of the weights, `[N, O]`: what linear layers that read the same `x`
  /// begin with, side by side.
  package func products(_ x: Variable, _ weights: [Parameter]) -> [Tensor] {
    let products = weights.map { tensor([x.value.rows, $0.shape[0]]) }
    multiply(
      into: products, x.value, transposed: weights.map(\.weights), activations: activations,
      in: arena)
    return products
  }

  /// `y = x · weightᵀ + bias + scale · dropout(x) · Aᵀ · Bᵀ + residual`; all but the first optional.
  ///
  /// An adapter with a magnitude scales the sum of both products: see ``MagnitudeBranch``.
  ///
  /// Shapes: `x` is `[N, C]`, `weight` `[O, C]`, `bias` `[O]`, `residual` and the result `[N, O]`.
  /// Every product is one chain an element; the adapter's continues the frozen weight's, then the
  /// bias and the residual are added. Cost: 2·N·C·O forward, as much again for each of dx and
  /// dWeight that is asked for. Keeps `x`, and `[N, R]` for an adapter.
  /// `product` is `x · weightᵀ`, if ``products(_:_:)`` has made it; it is taken over.
  package func linear(
    _ x: Variable, weight: Parameter, bias: Parameter? = nil, adapter: LowRankTerm? = nil,
    dropout: DropoutStream? = nil, residual: Variable? = nil, product: Tensor? = nil
  ) -> Variable {
    var output = product ?? tensor([x.value.rows, weight.shape[0]])
    if product == nil {
      multiply(
        into: output, x.value, weight.weights.transposed, activations: activations, in: arena)
    }
    let branch = adapter.map { LowRankBranch($0, input: x, dropout: dropout, tape: self) }
    branch?.addOutput(to: output)
    let magnitude = adapter.flatMap { term in
      term.magnitude.map {
        MagnitudeBranch($0, term: term, weight: weight, u: output, tape: self)
      }
    }
    if let magnitude { output = magnitude.output }
    if let bias { device.addBias(output, bias.value) }
    if let residual { output.add(residual.value) }
    let result = variable(
      output,
      needsGradient: x.needsGradient || weight.isTrainable || bias?.isTrainable == true
        || branch?.isTrainable == true || residual?.needsGradient == true)
    record(
      result,
      .linear(
        weight, adapter: adapter, rows: output.rows, givesInputGradient: x.needsGradient)
    ) { [self] dy in
      if let gradient = gradient(of: bias) { device.biasBackward(gradient, dy) }
      let du = magnitude?.backward(dy) ?? dy
      let own = { [self] in
        if let gradient = gradient(of: weight) {
          multiply(into: gradient, du.transposed, x.value, accumulate: true)
        }
        gather(x) { dx, accumulate in
          multiply(into: dx, du, weight.weights, accumulate: accumulate)
        }
      }
      if let branch { branch.backward(du, beside: own) } else { own() }
      if let residual { give(dy, to: residual) }
    }
    return result
  }
}
