extension Tensor {
  /// Sets every element to `value`.
  package func fill(_ value: Float) { device.fill(self, value) }

  /// Adds `other`, of the same count, in place.
  package func add(_ other: Tensor) {
    precondition(other.count == count, "\(other.shape) added to \(shape)")
    device.add(self, other)
  }

  /// Multiplies every element by `factor`, in place.
  package func scale(by factor: Float) { device.scale(self, by: factor) }

  /// Turns every element x into `cap · tanh(x / cap)`, in place.
  package func softCap(_ cap: Float) { device.softCap(self, cap: cap) }

  /// Turns the gradient of the capped values into that of the values before, in place.
  package func multiplySoftCapSlope(of capped: Tensor, cap: Float) {
    precondition(capped.count == count, "\(capped.shape) for a gradient of \(shape)")
    device.multiplySoftCapSlope(self, of: capped, cap: cap)
  }

  /// Copies the elements of `other`, of the same count.
  package func assign(_ other: Tensor) {
    precondition(other.count == count, "\(other.shape) assigned to \(shape)")
    device.copy(self, from: other)
  }

  /// Writes the rows that `indices` name, each in range, into `output`, `[N, C]`.
  package func gather(_ indices: [Int32], into output: Tensor) {
    precondition(
      output.rows == indices.count && output.columns == columns,
      "\(indices.count) rows of \(columns) into \(output.shape)")
    precondition(indices.allSatisfy { $0 >= 0 && Int($0) < rows }, "a row outside 0..<\(rows)")
    device.gather(output, self, rows: indices)
  }

  /// The sum of squares, in double, summed the same way on every machine.
  package var sumOfSquares: Double { device.sumsOfSquares([self])[0] }

  /// The place of the first element of `range` that is NaN or infinite; nil when all are numbers.
  package func firstNotFinite(in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
    let part = elements(range)
    guard !part.isFinite else { return nil }
    return part.values.firstIndex { !$0.isFinite }.map { range.lowerBound + $0 }
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

  /// Whether no element is NaN or infinite.
  package var isFinite: Bool { device.isFinite(self) }

  /// The place of the largest element of each row, the first of equals; NaN is never it.
  package var largestPlaces: [Int32] { device.largestPlaces(self) }
}
