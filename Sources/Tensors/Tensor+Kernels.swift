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

  /// Writes the rows that `indices` name, each in range, into `output`, `[N, C]`.
  func gather(_ indices: [Int32], into output: Tensor) {
    precondition(
      output.rows == indices.count && output.columns == columns,
      "\(indices.count) rows of \(columns) into \(output.shape)")
    precondition(indices.allSatisfy { $0 >= 0 && Int($0) < rows }, "a row outside 0..<\(rows)")
    withExtendedLifetime((self, output)) {
      ft_gather_rows(output.data, data, indices, indices.count, columns)
    }
  }

  /// The sum of squares, in double, summed the same way on every machine.
  package var sumOfSquares: Double { withExtendedLifetime(self) { ft_sum_of_squares(data, count) } }

  /// Whether no element is NaN or infinite.
  package var isFinite: Bool { withExtendedLifetime(self) { ft_all_finite(data, count) } }
}
