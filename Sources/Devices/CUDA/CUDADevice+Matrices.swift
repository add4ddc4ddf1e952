import CKernels
import CUDAKernels
package import Tensors

/// A tile of a product: 16 · rows by 16 · columns of c a block of threads.
private struct ProductTile {
  let rows: Int
  let columns: Int

  init(_ rows: Int, _ columns: Int) { (self.rows, self.columns) = (rows, columns) }

  /// Those of dense products, and of products by packed weights.
  static let dense = [(8, 8), (4, 4), (8, 1), (1, 8), (2, 2), (1, 1)].map(ProductTile.init)
  static let packed = [(8, 8), (4, 4), (2, 2), (1, 1)].map(ProductTile.init)
  /// Those on tensor cores.
  static let tensor = [(8, 8), (4, 4), (8, 1)].map(ProductTile.init)

  var name: String { "\(rows)x\(columns)" }

  /// Blocks along rows and columns of c.
  func blocks(_ m: Int, _ n: Int) -> (x: Int, y: Int) {
    ((m + 16 * rows - 1) / (16 * rows), (n + 16 * columns - 1) / (16 * columns))
  }

  /// About how long a product takes: rounds of blocks over the card's processors, times the work of a
  /// thread at each step, its multiply-adds, reads and the rest.
  func cost(_ m: Int, _ n: Int, processors: Int) -> Int {
    let (x, y) = blocks(m, n)
    return (x * y + processors - 1) / processors * (rows * columns + rows + columns + 2)
  }
}

extension CUDADevice {
  package func multiply(
    _ c: Tensor, _ a: Tensor, aIsTransposed: Bool, _ b: Tensor, bIsTransposed: Bool,
    accumulate: Bool
  ) {
    let job = ft_matmul_job(
      c: c.floats, ldc: c.columns,
      a: ft_matmul_operand(start: a.floats, stride: a.columns, k_is_rows: aIsTransposed),
      b: ft_matmul_operand(start: b.floats, stride: b.columns, k_is_rows: !bIsTransposed),
      packed: ft_packed_matrix(), is_turned: false, m: c.rows, n: c.columns,
      k: aIsTransposed ? a.rows : a.columns, accumulate: accumulate)
    // The gradient of a weight, a sum over rows of activations, is exact always.
    if precision == .bfloat16, !aIsTransposed { return runOnTensorCores("ft_bf16_dense_", job) }
    run(.products, "ft_matmul_", ProductTile.dense, job)
  }

  private func runOnTensorCores(_ prefix: String, _ job: ft_matmul_job) {
    run(.productsBfloat16, prefix, ProductTile.tensor, job)
  }

  /// Runs a product by the tile that takes the least time; no bit depends on which.
  private func run(
    _ module: KernelModule, _ prefix: String, _ tiles: [ProductTile], _ job: ft_matmul_job
  ) {
    guard job.m > 0, job.n > 0 else { return }
    let costs = tiles.map { $0.cost(job.m, job.n, processors: card.multiprocessors) }
    guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }) else { return }
    let (x, y) = tiles[best].blocks(job.m, job.n)
    run(Kernel(module, prefix + tiles[best].name), LaunchGrid(x, y), job)
  }

  package func multiply(
    _ c: Tensor, _ a: Tensor, _ w: PackedMatrix, isTurned: Bool, accumulate: Bool
  ) {
    let job = ft_matmul_job(
      c: c.floats, ldc: c.columns,
      a: ft_matmul_operand(start: a.floats, stride: a.columns, k_is_rows: false),
      b: ft_matmul_operand(), packed: w.kernelMatrix, is_turned: isTurned, m: a.rows,
      n: c.columns, k: a.columns, accumulate: accumulate)
    let isPlain = w.format == .float32
    if precision == .bfloat16 {
      return runOnTensorCores(isPlain ? "ft_bf16_panels_" : "ft_bf16_packed_", job)
    }
    guard !isTurned, let few = Self.fewRows.first(where: { job.m <= $0 }) else {
      return run(.products, isPlain ? "ft_panels_" : "ft_packed_", ProductTile.packed, job)
    }
    guard job.m > 0, job.n > 0 else { return }
    run(
      Kernel(.products, "ft_packed_few_\(few)"), LaunchGrid(threadsFor: job.n, threads: 64), job)
  }

  /// Rows up to which packed weights are read once, by kernels of their own.
  private static let fewRows = [1, 4, 8]

  package func multiply(_ outputs: [Tensor], _ a: Tensor, _ matrices: [PackedMatrix]) {
    for (c, w) in zip(outputs, matrices) {
      multiply(c, a, w, isTurned: false, accumulate: false)
    }
  }

  package func round(_ integers: Tensor, _ a: Tensor, for format: WeightFormat) {
    precondition(
      integers.rows == a.rows
        && 4 * integers.columns == ft_integer_row_size(format.kernelName, a.columns),
      "\(a.shape) as integers in \(integers.shape)")
    let job = ft_rounding_job(
      out: integers.floats, x: a.floats, channels: a.columns, format: format.kernelName)
    runRows(Kernel(.products, "ft_round_rows"), job, count: a.rows)
  }

  package func multiplyIntegers(
    _ outputs: [Tensor], _ integers: Tensor, _ matrices: [PackedMatrix]
  ) {
    for (c, w) in zip(outputs, matrices) where c.count > 0 {
      let job = ft_integer_job(
        c: c.floats, ldc: c.columns, rows: integers.floats, w: w.kernelMatrix, m: c.rows)
      let threads = 64
      let grid = LaunchGrid(c.rows, (c.columns + threads - 1) / threads, threads: threads)
      run(Kernel(.products, "ft_multiply_integers"), grid, job)
    }
  }

  /// Weights are packed once, by the processor, whose layout is the card's.
  package func pack(_ packed: DeviceAddress, _ w: Tensor, as format: WeightFormat) -> Bool {
    let elements = hostElements(w)
    return put(packed, format, rows: w.rows, columns: w.columns) {
      ft_pack($0, format.kernelName, elements, w.rows, w.columns)
    }
  }

  package func pack(
    _ packed: DeviceAddress, blocks: UnsafeRawBufferPointer, as format: WeightFormat, rows: Int,
    columns: Int, order: [Int32]?
  ) -> Bool {
    guard let start = blocks.baseAddress else { return rows == 0 }
    return put(packed, format, rows: rows, columns: columns) {
      ft_pack_blocks($0, format.kernelName, start, order, rows, columns)
    }
  }

  /// Sends a matrix that `pack` lays out in the host's memory; false when it refuses.
  private func put(
    _ packed: DeviceAddress, _ format: WeightFormat, rows: Int, columns: Int,
    _ pack: (UnsafeMutableRawPointer) -> Bool
  ) -> Bool {
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: format.byteCount(rows: rows, columns: columns), alignment: 64)
    defer { bytes.deallocate() }
    guard let start = bytes.baseAddress, pack(start) else { return bytes.isEmpty }
    card.staging.put(UnsafeRawBufferPointer(bytes), at: packed.bits)
    return true
  }

  package func unpack(_ out: Tensor, _ w: PackedMatrix, rows: [Int32]) {
    let job = ft_cuda_unpack_job(
      out: out.floats, w: w.kernelMatrix, rows: sent(rows), count: rows.count)
    run(Kernel(.products, "ft_unpack_rows"), LaunchGrid(threadsFor: 16 * rows.count), job)
  }
}
