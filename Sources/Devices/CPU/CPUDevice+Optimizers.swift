import CKernels
package import Tensors

extension CPUDevice {
  package func adamW(
    _ weight: Tensor, first: Tensor, second: Tensor, _ gradient: Tensor, _ step: AdamWStep
  ) {
    withExtendedLifetime((weight, first, second, gradient)) {
      var job = ft_adamw_job(
        weight: weight.floats, m: first.floats, v: second.floats, gradient: gradient.floats,
        n: weight.count, rate: step.rate, beta1: step.beta1, fresh1: step.fresh1,
        beta2: step.beta2, fresh2: step.fresh2, epsilon: step.epsilon, kept: step.kept,
        correction1: step.correction1, correction2: step.correction2,
        gradient_scale: step.gradientScale)
      ft_adamw(&job)
    }
  }

  package func gradientDescent(
    _ weight: Tensor, velocity: Tensor?, _ gradient: Tensor, _ step: GradientDescentStep
  ) {
    withExtendedLifetime((weight, velocity, gradient)) {
      var job = ft_sgd_job(
        weight: weight.floats, velocity: velocity?.floats, gradient: gradient.floats,
        n: weight.count, rate: step.rate, momentum: step.momentum, decay: step.decay,
        gradient_scale: step.gradientScale, is_nesterov: step.isNesterov)
      ft_sgd(&job)
    }
  }

  package func lion(
    _ weight: Tensor, momentum: Tensor, _ gradient: Tensor, _ step: LionStep
  ) {
    withExtendedLifetime((weight, momentum, gradient)) {
      var job = ft_lion_job(
        weight: weight.floats, m: momentum.floats, gradient: gradient.floats, n: weight.count,
        rate: step.rate, beta1: step.beta1, fresh1: step.fresh1, beta2: step.beta2,
        fresh2: step.fresh2, kept: step.kept, gradient_scale: step.gradientScale)
      ft_lion(&job)
    }
  }

  package func adafactor(
    _ weight: Tensor, row: Tensor, column: Tensor, _ gradient: Tensor, _ step: AdafactorStep
  ) {
    adafactor(
      weight, row, column, gradient, step, rowCount: weight.rows, columnCount: weight.columns)
  }

  package func adafactor(
    _ weight: Tensor, square: Tensor, _ gradient: Tensor, _ step: AdafactorStep
  ) {
    adafactor(weight, square, nil, gradient, step, rowCount: weight.count, columnCount: 1)
  }

  private func adafactor(
    _ weight: Tensor, _ row: Tensor, _ column: Tensor?, _ gradient: Tensor,
    _ step: AdafactorStep, rowCount: Int, columnCount: Int
  ) {
    withExtendedLifetime((weight, row, column, gradient)) {
      var job = ft_adafactor_job(
        weight: weight.floats, row: row.floats, column: column?.floats,
        gradient: gradient.floats, rows: rowCount, columns: columnCount, rate: step.rate,
        beta2: step.beta2, fresh2: step.fresh2, epsilon: step.epsilon, kept: step.kept,
        gradient_scale: step.gradientScale)
      ft_adafactor(&job)
    }
  }
}
