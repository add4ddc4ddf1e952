import CKernels
package import Tensors

extension CUDADevice {
  package func copy(_ output: Tensor, from x: Tensor) {
    copyBytes(output.address, from: x.address, x.count * 4)
  }

  package func write(
    _ bytes: UnsafeRawBufferPointer, as dtype: DType, to x: Tensor, _ range: Range<Int>
  ) {
    guard let source = bytes.baseAddress, !range.isEmpty else { return }
    let target = x.address.advanced(by: 4 * range.lowerBound).bits
    if dtype == .float32 { return card.staging.put(bytes, at: target) }
    // Widened on the host, as a processor does.
    var wide = [Float](repeating: 0, count: range.count)
    dtype == .bfloat16
      ? ft_bf16_to_f32(&wide, source, range.count) : ft_f16_to_f32(&wide, source, range.count)
    wide.withUnsafeBytes { card.staging.put($0, at: target) }
  }

  package func read(
    _ x: Tensor, _ range: Range<Int>, as dtype: DType, into bytes: UnsafeMutableRawBufferPointer
  ) {
    guard let target = bytes.baseAddress, !range.isEmpty else { return }
    let source = x.address.advanced(by: 4 * range.lowerBound).bits
    if dtype == .float32 { return card.staging.fetch(source, into: bytes) }
    let wide = fetched(UnsafeMutablePointer<Float>(bitPattern: source), range.count, zero: 0)
    dtype == .bfloat16
      ? ft_f32_to_bf16(target, wide, range.count) : ft_f32_to_f16(target, wide, range.count)
  }

  package func withHostElements(
    of x: Tensor, _ body: (UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    try hostElements(x).withUnsafeBufferPointer(body)
  }

  package func withMutableHostElements<Failure: Error>(
    of x: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    let elements = UnsafeMutableBufferPointer<Float>.allocate(capacity: x.count)
    defer { elements.deallocate() }
    elements.initialize(repeating: 0)
    try body(elements)
    card.staging.put(UnsafeRawBufferPointer(elements), at: x.address.bits)
  }

  package func copyBytes(
    _ output: DeviceAddress, from source: DeviceAddress, _ byteCount: Int
  ) {
    if byteCount > 0 { card.copy(to: output.bits, from: source.bits, byteCount) }
  }
}
