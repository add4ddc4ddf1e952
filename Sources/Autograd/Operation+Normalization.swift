import Tensors

extension Tape {
  /// Root-mean-square normalisation: `y = x / sqrt(mean(x²) + epsilon) · (offset + weight)`, and
  /// `residual` added where there is one.
  ///
  /// Shapes: `x`, `residual` and the result are `[N, C]`, `weight` is `[C]`, or as wide as a head:
  /// then each head of a row is normalised alone. Keeps `x` and one number a row, from which the
  /// result can be computed again.
  ///
  /// Source: Zhang and Sennrich 2019, arXiv:1910.07467, equation 4.
  package func rmsNorm(
    _ x: Variable, weight: Parameter, epsilon: Float, offset: Float = 0, residual: Variable? = nil
  ) -> Variable {
    let channels = weight.value.count
    let rows = x.value.count / channels
    precondition(rows * channels == x.value.count, "\(x.shape) in rows of \(channels)")
    let inverseRMS = tensor([rows])
    let compute = { [self] in
      let output = tensor(x.shape)
      device.rmsNorm(
        output, inverseRMS: inverseRMS, x.value, weight: weight.value, offset: offset,
        epsilon: epsilon)
      if let residual { output.add(residual.value) }
      return output
    }
    let result = variable(
      compute(),
      needsGradient: x.needsGradient || weight.isTrainable || residual?.needsGradient == true,
      rebuild: compute)
    let count = rows * channels
    let cost = OperationCost(
      "norm", forward: Work(floats: residual == nil ? 2 * count : 3 * count),
      backward: Work(floats: 3 * count))
    record(result, cost) { [self] dy in
      let weightGradient = gradient(of: weight)
      accumulateOrDrop(x) { dx in
        device.rmsNormBackward(
          dx, dWeight: weightGradient, dy, x.value, weight: weight.value, offset: offset,
          inverseRMS: inverseRMS)
      }
      if let residual { give(dy, to: residual) }
    }
    return result
  }

  /// Layer normalisation: `y = (x − mean(x)) / sqrt(variance(x) + epsilon) · w + bias`,
  /// where w is offset + weight.
  ///
  /// `bias` and `residual` are added where there are. Shapes: `x`, `residual` and the result are
  /// `[N, C]`, `weight` and `bias` `[C]`, or as wide as a head: then each head of a row is
  /// normalised alone. Keeps `x` and two numbers a row, from which the result can be computed
  /// again.
  ///
  /// Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450, equation 4.
  package func layerNorm(
    _ x: Variable, weight: Parameter, bias: Parameter? = nil, epsilon: Float,
    offset: Float = 0, residual: Variable? = nil
  ) -> Variable {
    let channels = weight.value.count
    let rows = x.value.count / channels
    precondition(rows * channels == x.value.count, "\(x.shape) in rows of \(channels)")
    let (mean, inverse) = (tensor([rows]), tensor([rows]))
    let compute = { [self] in
      let output = tensor(x.shape)
      device.layerNorm(
        output, mean: mean, inverse: inverse, x.value, weight: weight.value, offset: offset,
        bias: bias?.value, epsilon: epsilon)
      if let residual { output.add(residual.value) }
      return output
    }
    let result = variable(
      compute(),
      needsGradient: x.needsGradient || weight.isTrainable || bias?.isTrainable == true
        || residual?.needsGradient == true,
      rebuild: compute)
    let count = x.value.count
    let cost = OperationCost(
      "norm", forward: Work(floats: residual == nil ? 2 * count : 3 * count),
      backward: Work(floats: 3 * count))
    record(result, cost) { [self] dy in
      let (weightGradient, biasGradient) = (gradient(of: weight), gradient(of: bias))
      accumulateOrDrop(x) { dx in
        device.layerNormBackward(
          dx, dWeight: weightGradient, dBias: biasGradient, dy, x.value, weight: weight.value,
          offset: offset, mean: mean, inverse: inverse)
      }
      if let residual { give(dy, to: residual) }
    }
    return result
  }

  /// As ``accumulate(_:_:)`` for kernels that always add a gradient of `x`: where none is wanted,
  /// it goes into memory that nobody reads.
  private func accumulateOrDrop(_ x: Variable, _ add: (_ gradient: Tensor) -> Void) {
    guard !x.needsGradient else { return accumulate(x, add) }
    let unused = tensor(x.value.shape)
    unused.fill(0)
    add(unused)
  }
}
