import Tensors

/// Stochastic gradient descent with momentum, plain or Nesterov's.
///
/// Keeps one number a weight, the velocity, and none without momentum. Weight decay is added to
/// the gradient, as PyTorch does, not decoupled.
///
/// Source: Sutskever et al. 2013, "On the importance of initialization and momentum in deep
/// learning"; PyTorch's `SGD`.
struct GradientDescent: UpdateRule {
  let momentum: Double
  let isNesterov: Bool

  func stateLayout(of shape: [Int]) -> [StateTensor] {
    momentum > 0 ? [StateTensor("velocity", shape)] : []
  }

  func update(_ value: Tensor, gradient: Tensor, state: [Tensor], _ step: UpdateStep) {
    let settings = GradientDescentStep(
      rate: Float(step.learningRate), momentum: Float(momentum), decay: Float(step.decay),
      gradientScale: step.gradientScale, isNesterov: isNesterov)
    value.device.gradientDescent(value, velocity: state.first, gradient, settings)
  }
}
