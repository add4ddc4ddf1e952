import Autograd
import Tensors

/// A matrix with a low-rank one added: a table of tokens, or an output head, whose layer has no place
/// for the product beside its own.
///
/// `M + scale · B · A`, each row scaled to its magnitude where there is one. Of a table, whose rows are
/// looked up, M is the table turned: its A has a column a token, and its magnitudes are those of the
/// channels.
///
/// Shapes: M is `[O, C]`, A `[R, C]`, B `[O, R]`, magnitudes `[O]`.
final class LowRankWeights: WeightChange {
  private let a: Parameter
  private let b: Parameter
  private let magnitude: Parameter?
  private let scale: Float
  private let isTable: Bool

  init(a: Parameter, b: Parameter, magnitude: Parameter?, scale: Float, isTable: Bool) {
    self.a = a
    self.b = b
    self.magnitude = magnitude
    self.scale = scale
    self.isTable = isTable
  }

  var parts: [Parameter] { [a, b] + (magnitude.map { [$0] } ?? []) }

  func changed(_ own: Weights) -> Weights {
    let sum = sum(own)
    if let magnitude { sum.scaleRows(by: zip(magnitude.value.values, sum.inverseNorms).map(*)) }
    return .dense(isTable ? sum.turned : sum)
  }

  func backward(_ gradient: Tensor, own: Weights) {
    let dSum = isTable ? gradient.turned : gradient.copy()
    if let magnitude {
      // The norm counts as a constant, as in the weight-decomposed layer.
      let direction = sum(own)
      let inverse = direction.inverseNorms
      direction.scaleRows(by: inverse)
      if let sums = magnitude.gradient() {
        // Products of rows are those of columns of the matrices turned.
        sums.device.addColumnProducts(sums, dSum.turned, direction.turned)
      }
      dSum.scaleRows(by: zip(magnitude.value.values, inverse).map(*))
    }
    dSum.scale(by: scale)
    if let sums = b.gradient() {
      multiply(into: sums, dSum, a.value.transposed, accumulate: true)
    }
    if let sums = a.gradient() {
      multiply(into: sums, b.value.transposed, dSum, accumulate: true)
    }
  }

  /// `M + scale · B · A`, in memory of its own.
  private func sum(_ own: Weights) -> Tensor {
    let sum = isTable ? own.tensor.turned : own.tensor.copy()
    let scaled = b.value.copy()
    scaled.scale(by: scale)
    multiply(into: sum, scaled, a.value, accumulate: true)
    return sum
  }
}

extension Tensor {
  /// 1 / ‖row‖ of each row.
  var inverseNorms: [Float] {
    let inverse = Tensor(uninitialized: [rows], on: device)
    device.inverseRowNorms(inverse, self)
    return inverse.values
  }

  /// Multiplies each row by its factor, in place.
  func scaleRows(by factors: [Float]) {
    for (row, factor) in zip(0..<rows, factors) { rows(row..<row + 1).scale(by: factor) }
  }
}
