import CKernels
import Tensors

/// What the processor can do at most: for benchmarks.
package enum CPULimits {
  /// Runs `rounds` rounds of independent multiply-adds in the registers of every thread, and returns
  /// how many there were in all; each counts as two floating-point operations.
  package static func multiplyAdds(_ rounds: Int) -> Double { ft_multiply_adds(rounds) }
}

/// A buffer that is read again and again.
package struct MemoryReading {
  private let buffer: Tensor

  /// Makes a buffer; its pages are written, for those never written are all the same page.
  package init(byteCount: Int) {
    buffer = Tensor(uninitialized: [byteCount / 4], on: CPUDevice())
    buffer.fill(1)
  }

  /// Reads the first `byteCount` bytes, each thread its share, `rounds` times over, and returns the
  /// bytes read.
  package func read(_ byteCount: Int, rounds: Int) -> Double {
    withExtendedLifetime(buffer) { ft_read_memory(buffer.floats, byteCount / 4, rounds) }
  }
}
