import CKernels
import CUDAKernels
package import Tensors

extension Kernel {
  fileprivate static func step(_ name: String) -> Kernel { Kernel(.optimizers, name) }
}

extension CUDADevice {
  package func adamW(
    _ weight: Tensor, first: Tensor, second: Tensor, _ gradient: Tensor, _ step: AdamWStep
  ) {
    let job = ft_adamw_job(
      weight: weight.floats, m: first.floats, v: second.floats, gradient: gradient.floats,
      n: weight.count, rate: step.rate, beta1: step.beta1, fresh1: step.fresh1,
      beta2: step.beta2, fresh2: step.fresh2, epsilon: step.epsilon, kept: step.kept,
      correction1: step.correction1, correction2: step.correction2,
      gradient_scale: step.gradientScale)
    runEach(.step("ft_adamw"), job, count: weight.count)
  }

  package func gradientDescent(
    _ weight: Tensor, velocity: Tensor?, _ gradient: Tensor, _ step: GradientDescentStep
  ) {
    let job = ft_sgd_job(
      weight: weight.floats, velocity: velocity?.floats, gradient: gradient.floats,
      n: weight.count, rate: step.rate, momentum: step.momentum, decay: step.decay,
      gradient_scale: step.gradientScale, is_nesterov: step.isNesterov)
    runEach(.step("ft_sgd"), job, count: weight.count)
  }

  package func lion(_ weight: Tensor, momentum: Tensor, _ gradient: Tensor, _ step: LionStep) {
    let job = ft_lion_job(
      weight: weight.floats, m: momentum.floats, gradient: gradient.floats, n: weight.count,
      rate: step.rate, beta1: step.beta1, fresh1: step.fresh1, beta2: step.beta2,
      fresh2: step.fresh2, kept: step.kept, gradient_scale: step.gradientScale)
    runEach(.step("ft_lion"), job, count: weight.count)
  }

  package func adafactor(
    _ weight: Tensor, row: Tensor, column: Tensor, _ gradient: Tensor, _ step: AdafactorStep
  ) {
    guard weight.count > 0 else { return }
    let job = adafactorJob(
      weight, row, column, gradient, step, rows: weight.rows, columns: weight.columns)
    runRows(.step("ft_adafactor_rows"), job, count: job.rows)
    runEach(.step("ft_adafactor_columns"), job, count: job.columns)
    card.scratch.begin(1024)
    let pass = ft_adafactor_pass(job: job, found: room(1, of: Float.self))
    run(.step("ft_adafactor_mean"), LaunchGrid(1, threads: 32), pass)
    runRows(.step("ft_adafactor_matrix_step"), pass, count: job.rows)
    applyAdafactor(job, weight, gradient, step)
  }

  package func adafactor(
    _ weight: Tensor, square: Tensor, _ gradient: Tensor, _ step: AdafactorStep
  ) {
    guard weight.count > 0 else { return }
    let job = adafactorJob(
      weight, square, nil, gradient, step, rows: weight.count, columns: 1)
    runEach(.step("ft_adafactor_vector_step"), job, count: weight.count)
    applyAdafactor(job, weight, gradient, step)
  }

  /// Scales the step that stands in the gradient's place, and applies it.
  private func applyAdafactor(
    _ job: ft_adafactor_job, _ weight: Tensor, _ gradient: Tensor, _ step: AdafactorStep
  ) {
    let squares = sendSumsOfSquares([gradient], besides: 1024)
    let found = room(1, of: Float.self)
    let rate = ft_cuda_rate_job(
      found: found, squares: squares, count: gradient.count, rate: step.rate)
    run(.step("ft_adafactor_rate"), LaunchGrid(1, threads: 32), rate)
    runEach(
      .step("ft_adafactor_apply"), ft_adafactor_pass(job: job, found: found), count: weight.count)
  }

  private func adafactorJob(
    _ weight: Tensor, _ row: Tensor, _ column: Tensor?, _ gradient: Tensor,
    _ step: AdafactorStep, rows: Int, columns: Int
  ) -> ft_adafactor_job {
    ft_adafactor_job(
      weight: weight.floats, row: row.floats, column: column?.floats,
      gradient: gradient.floats, rows: rows, columns: columns, rate: step.rate,
      beta2: step.beta2, fresh2: step.fresh2, epsilon: step.epsilon, kept: step.kept,
      gradient_scale: step.gradientScale)
  }
}
