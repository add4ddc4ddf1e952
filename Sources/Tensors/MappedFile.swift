/// A file's bytes as a device reads them where the system keeps them; given back with their last owner.
///
/// Nothing is copied, and nothing can be written: whoever maps the same file shares its memory.
package final class MappedFile: Sendable {
  /// Whose kernels read it.
  package let device: any Device
  /// As many bytes as the file had.
  package let byteCount: Int
  private let mapping: any FileMapping
  private let block: DeviceBlock

  /// Maps an open file; nil where the device or the system does not.
  ///
  /// - Parameters:
  ///   - descriptor: the file's, which may be closed afterwards.
  ///   - byteCount: its size, which does not shrink as long as anything is read here.
  ///   - device: what reads it.
  package init?(descriptor: Int32, byteCount: Int, on device: any Device) {
    guard byteCount > 0, let mapping = device.fileMapping,
      let block = mapping.map(descriptor, byteCount: byteCount)
    else { return nil }
    (self.device, self.byteCount, self.mapping, self.block) = (device, byteCount, mapping, block)
  }

  deinit { mapping.unmap(block) }

  /// Where the byte `offset` of the file lies.
  func address(of offset: Int) -> DeviceAddress { block.address.advanced(by: offset) }
}

/// What a device has whose kernels read the host's memory: files in the place of blocks.
package protocol FileMapping: Sendable {
  /// Maps the first bytes of an open file for reading; nil when the system refuses.
  func map(_ descriptor: Int32, byteCount: Int) -> DeviceBlock?

  /// Gives back what ``map(_:byteCount:)`` gave, once.
  func unmap(_ block: DeviceBlock)

  /// Calls `body` with bytes of the device's memory as they lie there.
  func withBytes<Failure: Error>(
    at address: DeviceAddress, _ byteCount: Int,
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure)
}
