import Autograd
import Tensors

/// A fixed matrix added to a tensor's own: what an adapter makes of parts that are not trained here,
/// or what it took out of the base when it began.
final class AddedWeights: WeightChange {
  private let added: Tensor

  init(_ added: Tensor) { self.added = added }

  var parts: [Parameter] { [] }

  func changed(_ own: Weights) -> Weights {
    let sum = added.copy()
    sum.add(own.tensor)
    return .dense(sum)
  }

  func backward(_ gradient: Tensor, own: Weights) {}
}

extension AddedWeights {
  /// `scale · (A₁ · B₁) ⊙ (A₂ · B₂)`.
  ///
  /// Source: Hyeon-Woo et al. 2021, arXiv:2108.06098, proposition 1.
  static func elementwiseProduct(
    _ first: (a: Tensor, b: Tensor), _ second: (a: Tensor, b: Tensor), scale: Float
  ) -> Tensor {
    let one = product(first.a, first.b)
    let other = product(second.a, second.b)
    let values = zip(one.values, other.values).map { $0 * $1 * scale }
    return Tensor(values, shape: one.shape, on: one.device)
  }

  /// `scale · outer ⊗ inner`: each number of `outer` times the whole of `inner`.
  static func kroneckerProduct(_ outer: Tensor, _ inner: Tensor, scale: Float) -> Tensor {
    let (left, right) = (outer.values, inner.values)
    let (rows, columns) = (outer.rows * inner.rows, outer.columns * inner.columns)
    var values = [Float](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let (i, k) = row.quotientAndRemainder(dividingBy: inner.rows)
        let (j, l) = column.quotientAndRemainder(dividingBy: inner.columns)
        values[row * columns + column] =
          scale * left[i * outer.columns + j] * right[k * inner.columns + l]
      }
    }
    return Tensor(values, shape: [rows, columns], on: outer.device)
  }

  /// a · b.
  static func product(_ a: Tensor, _ b: Tensor) -> Tensor {
    let product = Tensor(uninitialized: [a.rows, b.columns], on: a.device)
    multiply(into: product, a, b)
    return product
  }
}
