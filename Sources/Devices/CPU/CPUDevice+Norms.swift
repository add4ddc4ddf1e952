import CKernels
package import Tensors

extension CPUDevice {
  package func rmsNorm(
    _ y: Tensor, inverseRMS: Tensor, _ x: Tensor, weight: Tensor, offset: Float, epsilon: Float
  ) {
    withExtendedLifetime((y, inverseRMS, x, weight)) {
      var job = ft_rms_norm_job(
        y: y.floats, inverse_rms: inverseRMS.floats, x: x.floats, weight: weight.floats,
        offset: offset, epsilon: epsilon, rows: inverseRMS.count, channels: weight.count)
      ft_rms_norm_forward(&job)
    }
  }

  package func rmsNormBackward(
    _ dx: Tensor, dWeight: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor, offset: Float,
    inverseRMS: Tensor
  ) {
    withExtendedLifetime((dx, dWeight, dy, x, weight, inverseRMS)) {
      var job = ft_rms_norm_backward_job(
        dx: dx.floats, dweight: dWeight?.floats, dy: dy.floats, x: x.floats,
        weight: weight.floats, inverse_rms: inverseRMS.floats, offset: offset,
        rows: inverseRMS.count, channels: weight.count)
      ft_rms_norm_backward(&job)
    }
  }

  package func layerNorm(
    _ y: Tensor, mean: Tensor, inverse: Tensor, _ x: Tensor, weight: Tensor, bias: Tensor?,
    epsilon: Float
  ) {
    withExtendedLifetime((y, mean, inverse, x, weight, bias)) {
      var job = ft_layer_norm_job(
        y: y.floats, mean: mean.floats, inverse: inverse.floats, x: x.floats,
        weight: weight.floats, bias: bias?.floats, epsilon: epsilon, rows: mean.count,
        channels: weight.count)
      ft_layer_norm_forward(&job)
    }
  }

  package func layerNormBackward(
    _ dx: Tensor, dWeight: Tensor?, dBias: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor,
    mean: Tensor, inverse: Tensor
  ) {
    withExtendedLifetime((dx, dWeight, dBias, dy, x, weight, mean, inverse)) {
      var job = ft_layer_norm_backward_job(
        dx: dx.floats, dweight: dWeight?.floats, dbias: dBias?.floats, dy: dy.floats,
        x: x.floats, weight: weight.floats, mean: mean.floats, inverse: inverse.floats,
        rows: mean.count, channels: weight.count)
      ft_layer_norm_backward(&job)
    }
  }
}
