import Foundation
import Tensors

/// Memory as the system gives it, 64-byte aligned.
///
/// Large blocks are mapped by themselves: they go back to the system whole when they are released,
/// where the C library would keep or split them, and are asked for in huge pages, which the kernel
/// clears and maps 512 at a time.
enum SystemMemory {
  /// A page of the largest kind; blocks from this size on are mapped.
  private static let hugePage = 2 << 20

  /// Gets at least `byteCount` bytes; a page is touched, and so taken, when it is first used.
  ///
  /// Returns nil when the system refuses.
  static func allocate(_ byteCount: Int, isStreamed: Bool) -> DeviceBlock? {
    // Room for the rounding below, whatever a file asked for.
    guard (0...Int.max / 2).contains(byteCount) else { return nil }
    if byteCount < hugePage { return allocate(byteCount, alignedTo: 64) }
    return isStreamed ? allocate(byteCount, alignedTo: hugePage) : map(byteCount)
  }

  /// Gives a block back.
  static func release(_ block: DeviceBlock) {
    // What is mapped, and nothing else, came zeroed.
    if block.isZeroed {
      munmap(block.address.pointer, block.byteCount)
    } else {
      free(block.address.pointer)
    }
  }

  /// A block of the C library's, in huge pages where it fills one.
  ///
  /// Large ones are read from end to end for each token: in huge pages, where there are such, a core
  /// need not look addresses up every 4 KiB.
  private static func allocate(_ byteCount: Int, alignedTo alignment: Int) -> DeviceBlock? {
    // One unit more than asked for, so that an empty block has an address of its own.
    let size = (byteCount / alignment + 1) * alignment
    guard let memory = aligned_alloc(alignment, size) else { return nil }
    if alignment == hugePage { askForHugePages(memory, size) }
    return DeviceBlock(
      address: DeviceAddress(bits: UInt(bitPattern: memory)), byteCount: size, isZeroed: false)
  }

  private static func map(_ byteCount: Int) -> DeviceBlock? {
    let size = (byteCount / 64 + 1) * 64
    let memory = mmap(
      nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    askForHugePages(memory, size)
    return DeviceBlock(
      address: DeviceAddress(bits: UInt(bitPattern: memory)), byteCount: size, isZeroed: true)
  }

  /// Refused where huge pages are switched off: nothing is lost by it.
  private static func askForHugePages(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
    #if os(Linux)
    madvise(memory, byteCount, MADV_HUGEPAGE)
    #endif
  }
}
