/// Normalisation of rows, or of the heads within them: a row is as long as `weight`.
package protocol NormOperations: Sendable {
  /// y = x / sqrt(mean(x²) + epsilon) · (offset + weight); keeps the reciprocal root of each row.
  ///
  /// Shapes: `x` and `y` are `[N, C]`, `weight` `[C]`, `inverseRMS` `[N]`.
  func rmsNorm(
    _ y: Tensor, inverseRMS: Tensor, _ x: Tensor, weight: Tensor, offset: Float, epsilon: Float)
  /// dx += the gradient of x; dWeight += that of weight (one chain over ascending rows an element).
  func rmsNormBackward(
    _ dx: Tensor, dWeight: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor, offset: Float,
    inverseRMS: Tensor)

  /// y = (x − mean(x)) / sqrt(variance(x) + epsilon) · weight + bias; keeps the mean and the
  /// reciprocal root of each row. The variance is the mean square of x − mean(x).
  func layerNorm(
    _ y: Tensor, mean: Tensor, inverse: Tensor, _ x: Tensor, weight: Tensor, bias: Tensor?,
    epsilon: Float)
  /// dx += the gradient of x; dWeight and dBias += theirs.
  func layerNormBackward(
    _ dx: Tensor, dWeight: Tensor?, dBias: Tensor?, _ dy: Tensor, _ x: Tensor, weight: Tensor,
    mean: Tensor, inverse: Tensor)
}
