import CKernels
import Tensors

/// Adafactor with the plan's learning rate: of a matrix it keeps one number a row and a column.
///
/// The memory of the mean of squares grows with the steps, `beta2 = 1 − t^−0.8`; a step whose
/// root mean square is above 1 is scaled down to it. No first moment.
///
/// Source: Shazeer and Stern 2018, arXiv:1804.04235, sections 5 to 7; transformers' `Adafactor`
/// with `scale_parameter=False, relative_step=False`.
struct Adafactor: UpdateRule {
  func stateLayout(of shape: [Int]) -> [StateTensor] {
    guard shape.count == 2 else { return [StateTensor("square", shape)] }
    return [StateTensor("row", [shape[0]]), StateTensor("column", [shape[1]])]
  }

  func update(_ value: Tensor, gradient: Tensor, state: [Tensor], _ step: UpdateStep) {
    let fresh = inversePower(Double(step.number), 0.8)
    let settings = ft_adafactor_settings(
      rate: Float(step.learningRate), beta2: Float(1 - fresh), fresh2: Float(fresh),
      epsilon: 1e-30, kept: step.kept, gradient_scale: step.gradientScale)
    withExtendedLifetime((value, gradient, state)) {
      if state.count == 2 {
        ft_adafactor_matrix(
          value.data, state[0].data, state[1].data, gradient.data, settings, value.rows,
          value.columns)
      } else {
        ft_adafactor_vector(value.data, state[0].data, gradient.data, settings, value.count)
      }
    }
  }
}
