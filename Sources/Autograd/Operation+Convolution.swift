package import Tensors

extension Tape {
  /// Causal convolution of each channel by itself, within each sequence of `layout`:
  /// `y[t] = bias + Σ weight[k] · x[t − (K − 1) + k]`.
  ///
  /// Shapes: `x` and the result are `[N, C]`, `weight` `[C, K]`, or `[C, 1, K]` as files have it, and
  /// `bias` `[C]`. Keeps `x`.
  package func convolution(
    _ x: Variable, weight: Parameter, bias: Parameter?, layout: SequenceLayout
  ) -> Variable {
    let output = tensor(x.shape)
    device.convolve(
      output, x.value, weight: weight.value, bias: bias?.value, layout.sequences)
    let result = variable(
      output,
      needsGradient: x.needsGradient || weight.isTrainable || bias?.isTrainable == true)
    record(result, .convolution(x, weight)) { [self] dy in
      if let gradient = gradient(of: bias) { device.biasBackward(gradient, dy) }
      let dx = tensor(x.shape)
      device.convolveBackward(
        dx: dx, dWeight: gradient(of: weight), dy, x.value, weight: weight.value,
        layout.sequences)
      give(dx, to: x)
    }
    return result
  }

  /// The same over rows of which some come before those that are asked for: for generation.
  ///
  /// Shapes: `rows` is `[M, C]`, laid out as the keys of `stretches`, and the result `[N, C]` as their
  /// queries. A row has the bits that the whole sequence at once would give it.
  package func convolution(
    _ rows: Tensor, weight: Parameter, bias: Parameter?, _ stretches: [AttentionStretch]
  ) -> Variable {
    precondition(!isRecording, "rows that come before are for generation")
    let output = tensor([stretches.reduce(0) { $0 + $1.queryCount }, rows.columns])
    device.convolve(output, rows, weight: weight.value, bias: bias?.value, stretches)
    return variable(output, needsGradient: false)
  }
}

extension OperationCost {
  fileprivate static func convolution(_ x: Variable, _ weight: Parameter) -> OperationCost {
    let products = Double(x.shape[0] * weight.count)
    return OperationCost(
      "convolution", forward: Work(operations: 2 * products, floats: 2 * x.value.count),
      backward: Work(operations: 4 * products, floats: 3 * x.value.count))
  }
}
