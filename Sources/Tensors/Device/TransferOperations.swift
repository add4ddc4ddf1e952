/// Moving numbers between a device and the host, and from place to place.
package protocol TransferOperations: Sendable {
  /// Copies elements; both have the same count.
  func copy(_ output: Tensor, from x: Tensor)

  /// Fills the elements `range` from little-endian `bytes` of `dtype`, widened exactly; the bytes
  /// need not be aligned.
  func write(_ bytes: UnsafeRawBufferPointer, as dtype: DType, to x: Tensor, _ range: Range<Int>)

  /// Puts the elements `range` into `bytes`, rounded to nearest even where `dtype` is narrower.
  func read(
    _ x: Tensor, _ range: Range<Int>, as dtype: DType, into bytes: UnsafeMutableRawBufferPointer)

  /// Calls `body` with the elements as the host reads them, in order.
  func withHostElements(of x: Tensor, _ body: (UnsafeBufferPointer<Float>) throws -> Void) rethrows

  /// Lets `body` put the elements where the host writes them, all of them.
  func withMutableHostElements<Failure: Error>(
    of x: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure)

  /// Copies `byteCount` bytes of the device's memory.
  func copyBytes(_ output: DeviceAddress, from source: DeviceAddress, _ byteCount: Int)
}
