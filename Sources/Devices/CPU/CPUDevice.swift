import CKernels
package import Tensors

/// The processor and the system's memory: the only callers of the kernels in C.
///
/// The kernels' contract is in `ft_kernels.h`; each operation here hands them what a ``Device``
/// operation was given. Every function holds its tensors until the kernel is done.
package struct CPUDevice: Device {
  package init() {}

  package var name: String { "cpu" }

  /// Of each thread: its panels and sums.
  package var scratchByteCount: Int { Parallelism.threadCount << 21 }

  package var fileMapping: (any FileMapping)? { SystemMapping() }

  package func allocate(_ byteCount: Int, isStreamed: Bool) -> DeviceBlock? {
    SystemMemory.allocate(byteCount, isStreamed: isStreamed)
  }

  package func release(_ block: DeviceBlock) { SystemMemory.release(block) }
}

extension DeviceAddress {
  /// Safety: an address that ``CPUDevice`` gave is a pointer's bits; its block outlives the call.
  var pointer: UnsafeMutableRawPointer {
    guard let pointer = UnsafeMutableRawPointer(bitPattern: bits) else {
      preconditionFailure("an address that no device gave")
    }
    return pointer
  }
}

extension Tensor {
  /// The first element, for a kernel.
  ///
  /// Safety: valid for `count` floats while the tensor lives; whoever calls a kernel with it keeps
  /// the tensor alive by `withExtendedLifetime`.
  var floats: UnsafeMutablePointer<Float> {
    address.pointer.assumingMemoryBound(to: Float.self)
  }
}

extension PackedMatrix {
  /// What kernels take the matrix for.
  ///
  /// Safety: valid as long as the matrix lives.
  var kernelMatrix: ft_packed_matrix {
    ft_packed_matrix(
      data: UnsafeRawPointer(address.pointer), format: format.kernelName, outputs: rows,
      channels: columns)
  }
}

extension WeightFormat {
  var kernelName: ft_weight_format {
    switch self {
    case .float32: FT_WEIGHTS_F32
    case .bfloat16: FT_WEIGHTS_BF16
    case .int8: FT_WEIGHTS_INT8
    case .fourBit: FT_WEIGHTS_Q4
    case .q80: FT_WEIGHTS_Q8_0
    case .q40: FT_WEIGHTS_Q4_0
    case .q41: FT_WEIGHTS_Q4_1
    }
  }
}
