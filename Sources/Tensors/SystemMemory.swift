import Foundation

/// Memory as the system gives it, 64-byte aligned.
///
/// Large blocks are mapped by themselves: they go back to the system whole when they are released,
/// where the C library would keep or split them, and are asked for in huge pages, which the kernel
/// clears and maps 512 at a time.
struct SystemMemory {
  let floats: UnsafeMutablePointer<Float>
  /// Whether it is a mapping of its own, which the kernel hands over zeroed.
  let isMapped: Bool
  private let byteCount: Int

  /// Blocks from this size on are mapped: one huge page.
  private static let mappedFrom = 2 << 20

  /// Gets at least `byteCount` bytes; a page is touched, and so taken, when it is first used.
  ///
  /// Safety: the caller owns the memory and calls ``release()`` once, after its last use.
  ///
  /// Returns nil when the system refuses.
  init?(byteCount: Int) {
    // One line more than asked for, so that an empty block has an address of its own.
    let lines = byteCount / 64 + 1
    self.byteCount = lines * 64
    isMapped = byteCount >= Self.mappedFrom
    let memory = isMapped ? Self.map(lines * 64) : aligned_alloc(64, lines * 64)
    guard let memory else { return nil }
    floats = memory.bindMemory(to: Float.self, capacity: lines * 16)
  }

  private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let memory = mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    #if os(Linux)
    // Refused where huge pages are switched off: nothing is lost by it.
    madvise(memory, byteCount, MADV_HUGEPAGE)
    #endif
    return memory
  }

  /// Gives the memory back.
  func release() {
    if isMapped { munmap(floats, byteCount) } else { free(floats) }
  }
}
