import CKernels
import CUDAKernels
package import Tensors

extension CUDADevice {
  package func rmsNorm(
    _ y: Tensor, inverseRMS: Tensor, _ x: Tensor, weight: Tensor, offset: Float, epsilon: Float
  ) {
    let job = ft_rms_norm_job(
      y: y.floats, inverse_rms: inverseRMS.floats, x: x.floats, weight: weight.floats,
      offset: offset, epsilon: epsilon, rows: inverseRMS.count, channels: weight.count)
    runRows(.rows("ft_rms_norm_forward"), job, count: job.rows)
  }

  package func rmsNormBackward(
    _ dx: Tensor, dWeight: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor, offset: Float,
    inverseRMS: Tensor
  ) {
    let job = ft_rms_norm_backward_job(
      dx: dx.floats, dweight: nil, dy: dy.floats, x: x.floats, weight: weight.floats,
      inverse_rms: inverseRMS.floats, offset: offset, rows: inverseRMS.count,
      channels: weight.count)
    runRows(.rows("ft_rms_norm_backward_x"), job, count: job.rows)
    if let dWeight { addChains(dWeight, FT_CHAIN_NORM, dy, x, inverse: inverseRMS) }
  }

  package func layerNorm(
    _ y: Tensor, mean: Tensor, inverse: Tensor, _ x: Tensor, weight: Tensor, offset: Float,
    bias: Tensor?, epsilon: Float
  ) {
    let job = ft_layer_norm_job(
      y: y.floats, mean: mean.floats, inverse: inverse.floats, x: x.floats,
      weight: weight.floats, bias: bias?.floats, offset: offset, epsilon: epsilon,
      rows: mean.count, channels: weight.count)
    runRows(.rows("ft_layer_norm_forward"), job, count: job.rows)
  }

  package func layerNormBackward(
    _ dx: Tensor, dWeight: Tensor?, dBias: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor,
    offset: Float, mean: Tensor, inverse: Tensor
  ) {
    let job = ft_layer_norm_backward_job(
      dx: dx.floats, dweight: nil, dbias: nil, dy: dy.floats, x: x.floats,
      weight: weight.floats, mean: mean.floats, inverse: inverse.floats, offset: offset,
      rows: mean.count, channels: weight.count)
    runRows(.rows("ft_layer_norm_backward_x"), job, count: job.rows)
    if let dWeight { addChains(dWeight, FT_CHAIN_CENTRED, dy, x, mean: mean, inverse: inverse) }
    if let dBias { addChains(dBias, FT_CHAIN_SUM, dy) }
  }
}
