import CKernels
import Foundation

/// What frozen weights are kept as in memory; see `ft_weight_format`.
package enum WeightFormat: String, CaseIterable, Sendable {
  /// Themselves.
  case float32 = "f32"
  /// Rounded to eight bits of precision: half the memory.
  case bfloat16 = "bf16"
  /// Eight bits and a scale for 32 of them: 8.5 bits a weight.
  case int8 = "int8"
  /// Four bits and a scale for 32 of them: 4.5 bits a weight.
  case fourBit = "q4"

  fileprivate var kernelName: ft_weight_format {
    switch self {
    case .float32: FT_WEIGHTS_F32
    case .bfloat16: FT_WEIGHTS_BF16
    case .int8: FT_WEIGHTS_INT8
    case .fourBit: FT_WEIGHTS_Q4
    }
  }

  /// The bytes of a matrix of so many outputs (rows) and channels (columns), its last panel whole.
  package func byteCount(rows: Int, columns: Int) -> Int {
    ft_packed_size(kernelName, rows, columns)
  }
}

/// A frozen weight matrix, `[O, C]`, laid out once for the products that read it.
///
/// Whatever the format, a weight is one float32 number (``unpacked()`` gives them), and products
/// have the bits that they would have with a ``Tensor`` of these.
///
/// `@unchecked Sendable`: the memory is written by `init` alone.
package final class PackedMatrix: @unchecked Sendable {
  package let format: WeightFormat
  /// The outputs, O.
  package let rows: Int
  /// The channels, C.
  package let columns: Int
  /// The bytes it takes.
  package let byteCount: Int
  /// Safety: owned, aligned to 64 bytes (large ones to huge pages) and of `byteCount` bytes.
  private let memory: UnsafeMutableRawPointer

  /// Packs a matrix; nil when the format is quantised and a weight is not finite, or 2¹⁰⁰ and more.
  package init?(_ tensor: Tensor, as format: WeightFormat) {
    self.format = format
    rows = tensor.rows
    columns = tensor.columns
    byteCount = format.byteCount(rows: tensor.rows, columns: tensor.columns)
    memory = PackedMatrix.allocate(byteCount)
    let isPacked = withExtendedLifetime(tensor) {
      ft_pack(memory, format.kernelName, tensor.data, tensor.rows, tensor.columns)
    }
    guard isPacked else { return nil }
  }

  deinit { free(memory) }

  /// Packed weights are read from end to end for each token: with pages of 2 MiB, where there
  /// are such, a core need not look addresses up every 4 KiB.
  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let hugePage = 2 << 20
    let alignment = byteCount < hugePage ? 64 : hugePage
    let size = (byteCount / alignment + 1) * alignment
    guard let memory = aligned_alloc(alignment, size) else {
      endForLackOfMemory(byteCount: size)
    }
    #if os(Linux)
    if alignment == hugePage { madvise(memory, size, Int32(MADV_HUGEPAGE)) }
    #endif
    return memory
  }

  /// What kernels take the matrix for.
  ///
  /// Safety: valid as long as the matrix lives.
  private var kernelMatrix: ft_packed_matrix {
    ft_packed_matrix(data: memory, format: format.kernelName, outputs: rows, channels: columns)
  }

  /// Calls `body` with what kernels take the matrix for.
  private func withKernelMatrix<Result>(
    _ body: (UnsafePointer<ft_packed_matrix>) -> Result
  ) -> Result {
    withExtendedLifetime(self) { withUnsafePointer(to: kernelMatrix, body) }
  }

  /// Writes the rows that `indices` name, each in `0..<rows`, into `output`, `[N, C]`.
  package func gather(_ indices: [Int32], into output: Tensor) {
    precondition(
      output.rows == indices.count && output.columns == columns,
      "\(indices.count) rows of \(columns) into \(output.shape)")
    precondition(
      indices.allSatisfy { $0 >= 0 && Int($0) < rows }, "a row outside 0..<\(rows)")
    withExtendedLifetime(output) {
      withKernelMatrix { ft_unpack_rows(output.data, $0, indices, indices.count) }
    }
  }

  /// The weights as products see them, in memory of their own.
  package func unpacked() -> Tensor {
    let tensor = Tensor(uninitialized: [rows, columns])
    gather(Array(0..<Int32(rows)), into: tensor)
    return tensor
  }

  /// c = a · Wᵀ (or a · W when `isTurned`), or c += that; see `ft_matmul_packed`.
  func multiply(into c: Tensor, _ a: Tensor, isTurned: Bool, accumulate: Bool) {
    let (inner, outer) = isTurned ? (rows, columns) : (columns, rows)
    precondition(
      a.columns == inner && c.rows == a.rows && c.columns == outer,
      "\(a.shape) by packed [\(rows), \(columns)] into \(c.shape)")
    withExtendedLifetime((c, a)) {
      withKernelMatrix {
        ft_matmul_packed(c.data, c.columns, a.data, a.columns, $0, isTurned, a.rows, accumulate)
      }
    }
  }

  /// Each c = a · Wᵀ for matrices of as many columns as `a`; see `ft_matmul_packed_several`.
  static func multiply(into outputs: [Tensor], _ a: Tensor, _ matrices: [PackedMatrix]) {
    let products = zip(outputs, matrices).map { c, matrix in
      precondition(
        a.columns == matrix.columns && c.rows == a.rows && c.columns == matrix.rows,
        "\(a.shape) by packed [\(matrix.rows), \(matrix.columns)] into \(c.shape)")
      return ft_packed_product(c: c.data, w: matrix.kernelMatrix)
    }
    withExtendedLifetime((outputs, a, matrices)) {
      ft_matmul_packed_several(products, products.count, a.data, a.columns, a.rows)
    }
  }
}
