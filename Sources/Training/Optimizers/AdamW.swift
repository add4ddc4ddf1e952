package import Autograd
import CKernels
package import Tensors

/// Adam with decoupled weight decay, and clipping of the gradient's norm folded in.
///
/// Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2; PyTorch's `AdamW`.
package final class AdamW {
  private let parameters: [Parameter]
  private let plan: TrainingPlan
  /// The running means of the gradient and of its square, a pair a parameter.
  package let moments: [(first: Tensor, second: Tensor)]
  /// Steps taken.
  package private(set) var stepCount = 0

  package init(_ parameters: [Parameter], plan: TrainingPlan) {
    self.parameters = parameters
    self.plan = plan
    moments = parameters.map {
      (Tensor(zeros: $0.value.shape), Tensor(zeros: $0.value.shape))
    }
  }

  /// What an update has to do: weight, gradient and moments read, weight and moments written.
  var work: Work { Work(floats: 7 * parameters.reduce(0) { $0 + $1.count }) }

  /// Goes on behind `stepCount` steps, whose moments are put into ``moments``.
  package func goOn(behind stepCount: Int) { self.stepCount = stepCount }

  /// Updates the parameters by their gradients, which it leaves cleared.
  ///
  /// Returns the gradient's norm before clipping; nothing changes when that is not finite.
  package func step(learningRate: Double) -> Double {
    let gradients = parameters.map { $0.collectGradient() }
    let norm = gradients.reduce(0) { $0 + ($1?.sumOfSquares ?? 0) }.squareRoot()
    guard norm.isFinite else {
      for parameter in parameters { parameter.clearGradient() }
      return norm
    }
    stepCount += 1
    let settings = updateSettings(learningRate: learningRate, norm: norm)
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = gradients[index] else { continue }
      var own = settings
      // Norm weights and biases are vectors: shrinking them would only distort the scale.
      own.decay = parameter.value.shape.count > 1 ? Float(plan.weightDecay) : 0
      let (first, second) = moments[index]
      withExtendedLifetime((parameter, gradient, first, second)) {
        ft_adamw(
          parameter.value.data, first.data, second.data, gradient.data, own,
          parameter.value.count)
      }
      parameter.clearGradient()
    }
    return norm
  }

  private func updateSettings(learningRate: Double, norm: Double) -> ft_adamw_settings {
    let clips = plan.maxGradientNorm > 0 && norm > plan.maxGradientNorm
    return ft_adamw_settings(
      rate: Float(learningRate), beta1: Float(plan.beta1), beta2: Float(plan.beta2),
      epsilon: Float(plan.epsilon), decay: 0,
      correction1: Float(1 - power(plan.beta1, stepCount)),
      correction2: Float(1 - power(plan.beta2, stepCount)),
      gradient_scale: clips ? Float(plan.maxGradientNorm / (norm + 1e-6)) : 1)
  }
}
