import CKernels

extension Tensor {
  /// The place of the largest element of each row, the first of equals; NaN is never it.
  package var largestPlaces: [Int32] {
    withExtendedLifetime(self) {
      [Int32](unsafeUninitializedCapacity: rows) { places, count in
        count = rows
        // Safety: the buffer has room for a number a row, and the kernel writes each.
        if let places = places.baseAddress { ft_argmax(places, data, rows, columns) }
      }
    }
  }

  /// Calls `body` with the elements of a row, in place.
  package func withRow<Result>(
    _ row: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
    return try withExtendedLifetime(self) {
      try body(UnsafeBufferPointer(start: data + row * columns, count: columns))
    }
  }
}
