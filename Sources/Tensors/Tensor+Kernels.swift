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

  /// Turns every element x into `cap · tanh(x / cap)`, in place.
  package func softCap(_ cap: Float) {
    withExtendedLifetime(self) { ft_soft_cap_forward(data, data, cap, count) }
  }

  /// Turns the gradient of the capped values into that of the values before, in place.
  package func multiplySoftCapSlope(of capped: Tensor, cap: Float) {
    precondition(capped.count == count, "\(capped.shape) for a gradient of \(shape)")
    withExtendedLifetime((self, capped)) { ft_soft_cap_backward(data, capped.data, cap, count) }
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
