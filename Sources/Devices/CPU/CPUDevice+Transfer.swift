import CKernels
package import Tensors

extension CPUDevice {
  package func copy(_ output: Tensor, from x: Tensor) {
    withExtendedLifetime((output, x)) { output.floats.update(from: x.floats, count: x.count) }
  }

  package func write(
    _ bytes: UnsafeRawBufferPointer, as dtype: DType, to x: Tensor, _ range: Range<Int>
  ) {
    guard let source = bytes.baseAddress else { return }
    withExtendedLifetime(x) {
      let target = x.floats + range.lowerBound
      switch dtype {
      case .float32:
        UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: bytes.count)
      case .bfloat16: ft_bf16_to_f32(target, source, range.count)
      case .float16: ft_f16_to_f32(target, source, range.count)
      }
    }
  }

  package func read(
    _ x: Tensor, _ range: Range<Int>, as dtype: DType, into bytes: UnsafeMutableRawBufferPointer
  ) {
    guard let target = bytes.baseAddress else { return }
    withExtendedLifetime(x) {
      let source = x.floats + range.lowerBound
      switch dtype {
      case .float32: target.copyMemory(from: source, byteCount: bytes.count)
      case .bfloat16: ft_f32_to_bf16(target, source, range.count)
      case .float16: ft_f32_to_f16(target, source, range.count)
      }
    }
  }

  package func withHostElements(
    of x: Tensor, _ body: (UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    try withExtendedLifetime(x) {
      try body(UnsafeBufferPointer(start: x.floats, count: x.count))
    }
  }

  package func withMutableHostElements<Failure: Error>(
    of x: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    try body(UnsafeMutableBufferPointer(start: x.floats, count: x.count))
    withExtendedLifetime(x) {}
  }

  package func copyBytes(
    _ output: DeviceAddress, from source: DeviceAddress, _ byteCount: Int
  ) {
    output.pointer.copyMemory(from: source.pointer, byteCount: byteCount)
  }
}
