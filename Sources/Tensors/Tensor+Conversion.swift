import CKernels

extension Tensor {
  /// Fills the elements `range` from little-endian `bytes` of a narrower type, exactly.
  ///
  /// `bytes` need not be aligned and must have `range.count` elements.
  package func widen(_ bytes: UnsafeRawBufferPointer, from dtype: DType, into range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
    precondition(bytes.count == range.count * dtype.byteCount, "\(bytes.count) bytes for \(range)")
    guard let source = bytes.baseAddress else { return }
    withExtendedLifetime(self) {
      let target = data + range.lowerBound
      switch dtype {
      case .float32:
        UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: bytes.count)
      case .bfloat16: ft_bf16_to_f32(target, source, range.count)
      case .float16: ft_f16_to_f32(target, source, range.count)
      }
    }
  }

  /// Returns the elements `range` as little-endian bytes, rounded to nearest even.
  package func narrowed(_ range: Range<Int>, to dtype: DType) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
    let byteCount = range.count * dtype.byteCount
    return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initializedCount in
      initializedCount = byteCount
      guard let target = buffer.baseAddress else { return }
      // Safety: the buffer has room for `byteCount` bytes, and each branch writes all of them.
      withExtendedLifetime(self) {
        let source = data + range.lowerBound
        switch dtype {
        case .float32:
          UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: byteCount)
        case .bfloat16: ft_f32_to_bf16(target, source, range.count)
        case .float16: ft_f32_to_f16(target, source, range.count)
        }
      }
    }
  }

  /// The first finite element of `range` that float16 would round to infinity.
  package func firstBeyondFloat16(in range: Range<Int>) -> Float? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
    return withExtendedLifetime(self) {
      // 65520 lies half way between the largest float16, 65504, and the next, which is not there.
      range.first { abs(data[$0]) >= 65520 && data[$0].isFinite }.map { data[$0] }
    }
  }
}
