import Foundation
import Tensors

/// Files as the system maps them, for kernels that read them as any memory.
struct SystemMapping: FileMapping {
  func map(_ descriptor: Int32, byteCount: Int) -> DeviceBlock? {
    let memory = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    // The first token reads all of it: what the page cache has not is asked for now.
    madvise(memory, byteCount, MADV_WILLNEED)
    return DeviceBlock(
      address: DeviceAddress(bits: UInt(bitPattern: memory)), byteCount: byteCount,
      isZeroed: false)
  }

  func unmap(_ block: DeviceBlock) { munmap(block.address.pointer, block.byteCount) }

  func withBytes<Failure: Error>(
    at address: DeviceAddress, _ byteCount: Int,
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try body(UnsafeRawBufferPointer(start: address.pointer, count: byteCount))
  }
}
