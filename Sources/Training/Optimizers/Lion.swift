import Tensors

/// Lion: steps of one size, whose direction is the sign of a mean of gradients.
///
/// Keeps one number a weight. Its rate is a third to a tenth of AdamW's, since every weight moves
/// by all of it.
///
/// Source: Chen et al. 2023, arXiv:2302.06675, algorithm 2.
struct Lion: UpdateRule {
  let beta1: Double
  let beta2: Double

  func stateLayout(of shape: [Int]) -> [StateTensor] { [StateTensor("momentum", shape)] }

  func update(_ value: Tensor, gradient: Tensor, state: [Tensor], _ step: UpdateStep) {
    let settings = LionStep(
      rate: Float(step.learningRate), beta1: Float(beta1), fresh1: Float(1 - beta1),
      beta2: Float(beta2), fresh2: Float(1 - beta2), kept: step.kept,
      gradientScale: step.gradientScale)
    value.device.lion(value, momentum: state[0], gradient, settings)
  }
}
