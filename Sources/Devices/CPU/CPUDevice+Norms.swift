import CKernels
package import Tensors

extension CPUDevice {
  package func rmsNorm(
    _ y: Tensor, inverseRMS: Tensor, _ x: Tensor, weight: Tensor, offset: Float, epsilon: Float
  ) {
    withExtendedLifetime((y, inverseRMS, x, weight)) {
      ft_rms_norm_forward(
        y.floats, inverseRMS.floats, x.floats, weight.floats, offset, epsilon, inverseRMS.count,
        weight.count)
    }
  }

  package func rmsNormBackward(
    _ dx: Tensor, dWeight: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor, offset: Float,
    inverseRMS: Tensor
  ) {
    withExtendedLifetime((dx, dWeight, dy, x, weight, inverseRMS)) {
      ft_rms_norm_backward(
        dx.floats, dWeight?.floats, dy.floats, x.floats, weight.floats, offset,
        inverseRMS.floats, inverseRMS.count, weight.count)
    }
  }

  package func layerNorm(
    _ y: Tensor, mean: Tensor, inverse: Tensor, _ x: Tensor, weight: Tensor, bias: Tensor,
    epsilon: Float
  ) {
    withExtendedLifetime((y, mean, inverse, x, weight, bias)) {
      ft_layer_norm_forward(
        y.floats, mean.floats, inverse.floats, x.floats, weight.floats, bias.floats, epsilon,
        mean.count, weight.count)
    }
  }

  package func layerNormBackward(
    _ dx: Tensor, dWeight: Tensor?, dBias: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor,
    mean: Tensor, inverse: Tensor
  ) {
    withExtendedLifetime((dx, dWeight, dBias, dy, x, weight, mean, inverse)) {
      ft_layer_norm_backward(
        dx.floats, dWeight?.floats, dBias?.floats, dy.floats, x.floats, weight.floats,
        mean.floats, inverse.floats, mean.count, weight.count)
    }
  }
}
