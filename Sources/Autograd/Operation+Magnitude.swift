import Tensors

/// The last part of a weight-decomposed linear operation: each output's direction, times its
/// magnitude.
///
/// `y = m ⊙ u / ‖W + scale · B · A‖`, where `u = x · Wᵀ + scale · dropout(x) · Aᵀ · Bᵀ` and the norm is
/// that of each output's row. The norm counts as a constant in the backward pass. With dropout,
/// peft multiplies the dropped input by W a second time; here only the low-rank path is dropped.
///
/// Source: Liu et al. 2024, arXiv:2402.09353, equation 5 and section 4.3.
struct MagnitudeBranch {
  private let magnitude: Parameter
  /// 1 / ‖W + scale · B · A‖, `[O]`.
  private let inverseNorms: Tensor
  /// `u / ‖W + scale · B · A‖`, `[N, O]`.
  private let direction: Tensor
  /// `y`, `[N, O]`.
  let output: Tensor
  private let tape: Tape

  /// Takes over `u`; without a backward pass the output is written in its place.
  init(_ magnitude: Parameter, term: LowRankTerm, weight: Parameter, u: Tensor, tape: Tape) {
    self.magnitude = magnitude
    self.tape = tape
    inverseNorms = term.inverseNorms(of: weight)
    direction = u
    output = tape.isRecording ? tape.tensor(u.shape) : u
    scale(direction, into: direction, by: inverseNorms)
    scale(direction, into: output, by: magnitude.value)
  }

  /// Adds to the magnitude's gradient, and returns that of `u`.
  func backward(_ dy: Tensor) -> Tensor {
    if let gradient = tape.gradient(of: magnitude) {
      tape.device.addColumnProducts(gradient, dy, direction)
    }
    let factors = tape.tensor([1, dy.columns])
    scale(inverseNorms, into: factors, by: magnitude.value)
    let du = tape.tensor(dy.shape)
    scale(dy, into: du, by: factors)
    return du
  }

  private func scale(_ x: Tensor, into output: Tensor, by factors: Tensor) {
    tape.device.scaleColumns(output, x, by: factors)
  }
}
