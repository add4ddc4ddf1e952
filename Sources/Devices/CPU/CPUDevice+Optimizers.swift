import CKernels
package import Tensors

extension CPUDevice {
  package func adamW(
    _ weight: Tensor, first: Tensor, second: Tensor, _ gradient: Tensor, _ step: AdamWStep
  ) {
    let settings = ft_adamw_settings(
      rate: step.rate, beta1: step.beta1, fresh1: step.fresh1, beta2: step.beta2,
      fresh2: step.fresh2, epsilon: step.epsilon, kept: step.kept, correction1: step.correction1,
      correction2: step.correction2, gradient_scale: step.gradientScale)
    withExtendedLifetime((weight, first, second, gradient)) {
      ft_adamw(
        weight.floats, first.floats, second.floats, gradient.floats, settings, weight.count)
    }
  }

  package func gradientDescent(
    _ weight: Tensor, velocity: Tensor?, _ gradient: Tensor, _ step: GradientDescentStep
  ) {
    let settings = ft_sgd_settings(
      rate: step.rate, momentum: step.momentum, decay: step.decay,
      gradient_scale: step.gradientScale, is_nesterov: step.isNesterov)
    withExtendedLifetime((weight, velocity, gradient)) {
      ft_sgd(weight.floats, velocity?.floats, gradient.floats, settings, weight.count)
    }
  }

  package func lion(
    _ weight: Tensor, momentum: Tensor, _ gradient: Tensor, _ step: LionStep
  ) {
    let settings = ft_lion_settings(
      rate: step.rate, beta1: step.beta1, fresh1: step.fresh1, beta2: step.beta2,
      fresh2: step.fresh2, kept: step.kept, gradient_scale: step.gradientScale)
    withExtendedLifetime((weight, momentum, gradient)) {
      ft_lion(weight.floats, momentum.floats, gradient.floats, settings, weight.count)
    }
  }

  package func adafactor(
    _ weight: Tensor, row: Tensor, column: Tensor, _ gradient: Tensor, _ step: AdafactorStep
  ) {
    withExtendedLifetime((weight, row, column, gradient)) {
      ft_adafactor_matrix(
        weight.floats, row.floats, column.floats, gradient.floats, step.kernelSettings,
        weight.rows, weight.columns)
    }
  }

  package func adafactor(
    _ weight: Tensor, square: Tensor, _ gradient: Tensor, _ step: AdafactorStep
  ) {
    withExtendedLifetime((weight, square, gradient)) {
      ft_adafactor_vector(
        weight.floats, square.floats, gradient.floats, step.kernelSettings, weight.count)
    }
  }
}

extension AdafactorStep {
  fileprivate var kernelSettings: ft_adafactor_settings {
    ft_adafactor_settings(
      rate: rate, beta2: beta2, fresh2: fresh2, epsilon: epsilon, kept: kept,
      gradient_scale: gradientScale)
  }
}
