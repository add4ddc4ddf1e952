import CKernels

extension Tensor {
  /// Sets every element to `value`.
  package func fill(_ value: Float) {
    withExtendedLifetime(self) { ft_fill(data, value, count) }
  }

  /// Adds `other`, of the same count, in place.
  package func add(_ other: Tensor) {
    precondition(other.count == count, "\(other.shape) added to \(shape)")
    withExtendedLifetime((self, other)) { ft_add(data, data, other.data, count) }
  }

  /// Multiplies every element by `factor`, in place.
  package func scale(by factor: Float) {
    withExtendedLifetime(self) { ft_scale(data, data, factor, count) }
  }

  /// Copies the elements of `other`, of the same count.
  package func assign(_ other: Tensor) {
    precondition(other.count == count, "\(other.shape) assigned to \(shape)")
    withExtendedLifetime((self, other)) { data.update(from: other.data, count: count) }
  }

  /// The sum of squares, in double, summed the same way on every machine.
  package var sumOfSquares: Double { withExtendedLifetime(self) { ft_sum_of_squares(data, count) } }

  /// Whether no element is NaN or infinite.
  package var isFinite: Bool { withExtendedLifetime(self) { ft_all_finite(data, count) } }
}

/// c = a · b, or c += a · b: each element one chain over ascending k; see `ft_matmul`.
///
/// Shapes: `c` is `[m, n]`; `a` is `[m, k]`, or `[k, m]` when transposed; `b` is `[k, n]`, or
/// `[n, k]` when transposed.
package func multiply(
  into c: Tensor, _ a: Tensor, transposed aTransposed: Bool = false,
  _ b: Tensor, transposed bTransposed: Bool = false, accumulate: Bool = false
) {
  let (m, k) = aTransposed ? (a.columns, a.rows) : (a.rows, a.columns)
  let (n, kOfB) = bTransposed ? (b.rows, b.columns) : (b.columns, b.rows)
  precondition(
    k == kOfB && c.rows == m && c.columns == n, "\(a.shape) · \(b.shape) into \(c.shape)")
  withExtendedLifetime((a, b, c)) {
    ft_matmul(
      c.data, c.columns, a.data, a.columns, aTransposed, b.data, b.columns, bTransposed, m, n, k,
      accumulate)
  }
}
