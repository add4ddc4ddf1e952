/// A matrix to be read with rows and columns exchanged; nothing is moved.
package struct TransposedMatrix {
  fileprivate let stored: Tensor
}

extension Tensor {
  /// This matrix, to be read transposed by ``multiply(into:_:_:accumulate:)-(_,Tensor,Tensor,_)``.
  package var transposed: TransposedMatrix { TransposedMatrix(stored: self) }
}

/// c = a · b, or c += a · b: each element one chain over ascending k.
///
/// Shapes: `c` is `[m, n]`, `a` `[m, k]`, `b` `[k, n]`.
package func multiply(into c: Tensor, _ a: Tensor, _ b: Tensor, accumulate: Bool = false) {
  multiply(c, a, false, b, false, accumulate)
}

/// c = a · bᵀ, or c += a · bᵀ; `b` is stored `[n, k]`: a linear layer's forward pass.
package func multiply(into c: Tensor, _ a: Tensor, _ b: TransposedMatrix, accumulate: Bool = false)
{
  multiply(c, a, false, b.stored, true, accumulate)
}

/// c = aᵀ · b, or c += aᵀ · b; `a` is stored `[k, m]`: the gradient of a weight.
package func multiply(into c: Tensor, _ a: TransposedMatrix, _ b: Tensor, accumulate: Bool = false)
{
  multiply(c, a.stored, true, b, false, accumulate)
}

private func multiply(
  _ c: Tensor, _ a: Tensor, _ aIsTransposed: Bool, _ b: Tensor, _ bIsTransposed: Bool,
  _ accumulate: Bool
) {
  let (m, k) = aIsTransposed ? (a.columns, a.rows) : (a.rows, a.columns)
  let (n, kOfB) = bIsTransposed ? (b.rows, b.columns) : (b.columns, b.rows)
  precondition(
    k == kOfB && c.rows == m && c.columns == n, "\(a.shape) · \(b.shape) into \(c.shape)")
  // Activations say how exactly: weights, and their gradients, lie wherever they were made.
  a.device.multiply(
    c, a, aIsTransposed: aIsTransposed, b, bIsTransposed: bIsTransposed, accumulate: accumulate)
}
