import Mathematics
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
    let fresh = power(Double(step.number), -0.8)
    let settings = AdafactorStep(
      rate: Float(step.learningRate), beta2: Float(1 - fresh), fresh2: Float(fresh),
      epsilon: 1e-30, kept: step.kept, gradientScale: step.gradientScale)
    if state.count == 2 {
      value.device.adafactor(value, row: state[0], column: state[1], gradient, settings)
    } else {
      value.device.adafactor(value, square: state[0], gradient, settings)
    }
  }
}
