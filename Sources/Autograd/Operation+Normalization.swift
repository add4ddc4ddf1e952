import CKernels
import Tensors

extension Tape {
  /// Root-mean-square normalisation of each row: `y = x / sqrt(mean(x²) + epsilon) · weight`.
  ///
  /// Shapes: `x` and the result are `[N, C]`, `weight` is `[C]`. Keeps `x` and one number a row, from
  /// which the result can be computed again.
  ///
  /// Source: Zhang and Sennrich 2019, arXiv:1910.07467, equation 4.
  package func rmsNorm(_ x: Variable, weight: Parameter, epsilon: Float) -> Variable {
    let (rows, channels) = (x.value.rows, x.value.columns)
    let inverseRMS = tensor([rows])
    let compute = { [self] in
      let output = tensor([rows, channels])
      withExtendedLifetime((x, weight, output, inverseRMS)) {
        ft_rms_norm_forward(
          output.data, inverseRMS.data, x.value.data, weight.value.data, epsilon, rows, channels)
      }
      return output
    }
    let result = variable(
      compute(), needsGradient: x.needsGradient || weight.isTrainable, rebuild: compute)
    record(result) { [self] dy in
      let weightGradient = weight.gradient()
      let inputGradient = x.needsGradient ? nil : tensor([rows, channels])
      inputGradient?.fill(0)
      let backward = { (dx: Tensor) in
        withExtendedLifetime((dx, dy, weightGradient, inverseRMS)) {
          ft_rms_norm_backward(
            dx.data, weightGradient?.data, dy.data, x.value.data, weight.value.data,
            inverseRMS.data, rows, channels)
        }
      }
      if let unused = inputGradient { backward(unused) } else { accumulate(x, backward) }
    }
    return result
  }
}
