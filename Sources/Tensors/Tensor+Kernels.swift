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

  /// The place of the first element of `range` that is NaN or infinite; nil when all are numbers.
  package func firstNotFinite(in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
    return withExtendedLifetime(self) {
      ft_all_finite(data + range.lowerBound, range.count)
        ? nil : range.first { !data[$0].isFinite }
    }
  }

  /// The place in each dimension of the element at `place` in memory.
  package func index(of place: Int) -> [Int] {
    var (index, rest) = ([Int](), place)
    for size in shape.reversed() {
      index.append(rest % max(1, size))
      rest /= max(1, size)
    }
    return index.reversed()
  }

  /// Whether the first `length` numbers are those of `other`; what is no number is equal to none.
  package func hasSameValues(as other: Tensor, upTo length: Int) -> Bool {
    precondition(length <= count && length <= other.count, "\(length) of \(count), \(other.count)")
    return withExtendedLifetime((self, other)) {
      UnsafeBufferPointer(start: data, count: length)
        .elementsEqual(UnsafeBufferPointer(start: other.data, count: length))
    }
  }

  /// Whether no element is NaN or infinite.
  package var isFinite: Bool { withExtendedLifetime(self) { ft_all_finite(data, count) } }
}
