extension Tensor {
  /// Fills the elements `range` from little-endian `bytes` of a narrower type, exactly.
  ///
  /// `bytes` need not be aligned and must have `range.count` elements.
  package func widen(_ bytes: UnsafeRawBufferPointer, from dtype: DType, into range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
    precondition(bytes.count == range.count * dtype.byteCount, "\(bytes.count) bytes for \(range)")
    device.write(bytes, as: dtype, to: self, range)
  }

  /// Returns the elements `range` as little-endian bytes, rounded to nearest even.
  package func narrowed(_ range: Range<Int>, to dtype: DType) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
    let byteCount = range.count * dtype.byteCount
    return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initializedCount in
      initializedCount = byteCount
      // Safety: the buffer has room for `byteCount` bytes, and the device writes all of them.
      device.read(
        self, range, as: dtype,
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<byteCount]))
    }
  }

  /// Calls `body` with the elements as bytes that the host can read, in order.
  package func withHostBytes(
    _ body: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    try device.withHostElements(of: self) { try body(UnsafeRawBufferPointer($0)) }
  }

  /// The first finite element of `range` that float16 would round to infinity.
  package func firstBeyondFloat16(in range: Range<Int>) -> Float? {
    var found: Float?
    device.withHostElements(of: elements(range)) { elements in
      // 65520 lies half way between the largest float16, 65504, and the next, which is not there.
      found = elements.first { abs($0) >= 65520 && $0.isFinite }
    }
    return found
  }
}

extension Tensor {
  /// A copy of a matrix with rows and columns exchanged.
  package var turned: Tensor {
    let (values, rows, columns) = (values, self.rows, self.columns)
    var turned = [Float](repeating: 0, count: count)
    // In blocks, so that neither side jumps from cache line to cache line.
    let block = 32
    for firstRow in stride(from: 0, to: rows, by: block) {
      for firstColumn in stride(from: 0, to: columns, by: block) {
        for row in firstRow..<min(firstRow + block, rows) {
          for column in firstColumn..<min(firstColumn + block, columns) {
            turned[column * rows + row] = values[row * columns + column]
          }
        }
      }
    }
    return Tensor(turned, shape: [columns, rows], on: device)
  }
}
