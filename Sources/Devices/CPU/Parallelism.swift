import CKernels

/// A way of doing vector arithmetic; all give the same bits.
package enum VectorPath: String, CaseIterable, Sendable {
  case portable
  case avx2
  case avx512
  /// AVX-512 with sums of products of small integers.
  case avx512VNNI = "avx512vnni"
  case neon

  private var kernelName: ft_isa {
    switch self {
    case .portable: FT_ISA_PORTABLE
    case .avx2: FT_ISA_AVX2
    case .avx512: FT_ISA_AVX512
    case .avx512VNNI: FT_ISA_AVX512_VNNI
    case .neon: FT_ISA_NEON
    }
  }

  /// The path in force.
  package static var current: VectorPath {
    allCases.first { $0.kernelName == ft_current_isa() } ?? .portable
  }

  /// Makes kernels take this path; returns false, changing nothing, when the machine lacks it.
  package func select() -> Bool { ft_select_isa(kernelName) }
}

/// The number of threads that kernels use: the one place where it is set.
package enum Parallelism {
  /// How many there are now, the caller's included.
  package static var threadCount: Int { ft_thread_count() }

  /// Asks for `count` threads, within 1 to 64, and returns how many there are.
  @discardableResult
  package static func setThreadCount(_ count: Int) -> Int {
    ft_set_thread_count(max(1, min(64, count)))
  }
}
