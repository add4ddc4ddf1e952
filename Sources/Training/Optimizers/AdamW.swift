import Mathematics
import Tensors

/// Adam with decoupled weight decay.
///
/// Keeps two numbers a weight: the running means of its gradient and of the gradient's square.
///
/// Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2; PyTorch's `AdamW`.
struct AdamW: UpdateRule {
  let beta1: Double
  let beta2: Double
  let epsilon: Double

  func stateLayout(of shape: [Int]) -> [StateTensor] {
    [StateTensor("first", shape), StateTensor("second", shape)]
  }

  func update(_ value: Tensor, gradient: Tensor, state: [Tensor], _ step: UpdateStep) {
    let settings = AdamWStep(
      rate: Float(step.learningRate), beta1: Float(beta1), fresh1: Float(1 - beta1),
      beta2: Float(beta2), fresh2: Float(1 - beta2), epsilon: Float(epsilon), kept: step.kept,
      correction1: Float(1 - power(beta1, step.number)),
      correction2: Float(1 - power(beta2, step.number)), gradientScale: step.gradientScale)
    value.device.adamW(value, first: state[0], second: state[1], gradient, settings)
  }
}
